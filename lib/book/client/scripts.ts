/// <reference lib="dom" />
// Data and large libraries as scripts, loaded when they are needed: a page that is opened from a folder may read nothing else.
const loading = new Map<string, Promise<void>>();

/** Runs a script of the book once. Rejects where it is missing; a failure is not remembered. */
export function loadScript(address: string): Promise<void> {
  let load = loading.get(address);
  if (load === undefined) {
    load = new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = address;
      script.onload = () => resolve();
      script.onerror = () => {
        loading.delete(address);
        reject(new Error(`The book lacks ${address}.`));
      };
      document.head.append(script);
    });
    loading.set(address, load);
  }
  return load;
}

const delivered = new Map<string, unknown>();

/** What a script of data hands over, by its own address: `bookData('specs/1f.js', {...})`. */
export function deliver(address: string, value: unknown): void {
  delivered.set(address, value);
}

/** The value that a script of data hands over. Rejects where there is none. */
export async function loadData<T>(address: string): Promise<T> {
  await loadScript(address);
  if (!delivered.has(address)) {
    loading.delete(address);
    throw new Error(`${address} of the book holds no data.`);
  }
  return delivered.get(address) as T;
}
