/// <reference lib="dom" />
// A reader's image before a network of the repository.
import type { ByteImage } from '../../../data/imageSource';
import { NETWORK_FILE } from '../assets';
import { CAM_LAYERS, type OwnImageAnswer, type OwnImageRequest } from '../tasks/ownImageRequest';
import { choice, controls, latest, make, statusLine } from './controls';
import { decodeFile } from './decode';
import { panel } from './pictures';
import type { Stage, Widget } from './widget';

const SHOWN = 192;
const LISTED = 5;

export const ownImage: Widget = {
  title: 'An image of your own',
  about:
    'It is answered by the network that the repository holds, a ResNet-18 of width 16 trained on the drawings of Relief-16 alone: photographs are foreign to it. Grad-CAM shows where a stage found what speaks for its first answer. The image stays in this tab.',
  worker: 'networks',
  data: ['network'],
  mount,
};

function mount({ place, worker, tell }: Stage): void {
  const input = make('input', { type: 'file', accept: 'image/*' });
  const label = make('label', { className: 'field' }, [
    make('span', {}, ['Choose an image, or drop one here']),
    input,
  ]);
  const drop = make('div', { className: 'drop' }, [label]);
  const status = statusLine();
  const onInput = latest(status, answer);
  const layer = choice({ label: 'Map of', choices: CAM_LAYERS, value: 'layer4.1.relu2', onInput });
  const [seen, explained] = [panel(SHOWN), panel(SHOWN)];
  const list = make('div');
  const pictures = make('div', { className: 'pictures', hidden: true }, [
    seen.figure,
    explained.figure,
    list,
  ]);
  const resizing = make('p', {
    className: 'note',
    textContent:
      'Your browser decodes the image, turned upright as its camera says, without its colour profile, transparent parts on white; above 4 megapixels it also shrinks it. Then the library resizes it as in Node: the shorter side to 64 pixels, antialiased, and the centre is cropped. In Node sharp decodes, which turns nothing and drops transparency.',
  });
  place.append(drop, controls(layer), status, pictures, resizing);
  let file: File | undefined;
  let decoded: { readonly of: File; readonly image: ByteImage } | undefined;

  const take = (given: File | undefined): void => {
    if (given === undefined) return;
    file = given;
    onInput();
  };
  // The same file again would be no change.
  input.addEventListener('click', () => {
    input.value = '';
  });
  input.addEventListener('cancel', nameIt);
  input.addEventListener('change', () => take(input.files?.[0]));
  for (const [type, over] of [
    ['dragover', true],
    ['dragleave', false],
    ['drop', false],
  ] as const) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.toggle('over', over);
      if (type === 'drop') takeDropped(event.dataTransfer?.files);
    });
  }

  function takeDropped(files: FileList | undefined): void {
    if (files === undefined || files.length === 0) return;
    take(files[0]);
    nameIt();
  }

  /** The input names what is looked at. */
  function nameIt(): void {
    const held = new DataTransfer();
    if (file !== undefined) held.items.add(file);
    input.files = held.files;
  }

  async function answer(): Promise<void> {
    if (file === undefined) return;
    const of = file;
    const { name } = of;
    try {
      status.textContent = `Looking at ${name} …`;
      if (decoded?.of !== of) decoded = { of, image: await decodeFile(of) };
      const { image } = decoded;
      const request: OwnImageRequest = { image, network: NETWORK_FILE, layer: layer.value };
      const answered = await worker.ask<OwnImageAnswer>('ownImage', request, { data: ['network'] });
      const { size, answers, engine } = answered;
      const [first] = answers;
      const share = (100 * first.probability).toFixed(1);
      seen.show({ width: size, height: size, channels: 3, data: answered.seen }, 'what the network sees');
      explained.show(
        { width: size, height: size, channels: 3, data: answered.explained },
        `what speaks for ${first.name}, ${CAM_LAYERS[request.layer]}`,
      );
      list.replaceChildren(tableOf(answered));
      pictures.hidden = false;
      status.textContent = `${name}, ${image.width} x ${image.height}: ${first.name} (${share} %); engine ${engine}.`;
      tell({ request, answered });
    } catch (error) {
      pictures.hidden = true;
      throw error;
    }
  }
}

function tableOf({ answers }: OwnImageAnswer): HTMLElement {
  const rows = answers
    .slice(0, LISTED)
    .map(({ name, probability }) =>
      make('tr', {}, [
        make('th', { textContent: name, scope: 'row' }),
        make('td', { className: 'number', textContent: `${(100 * probability).toFixed(1)} %` }),
      ]),
    );
  const caption = make('caption', { className: 'note', textContent: 'most probable of 16 classes' });
  return make('table', {}, [caption, make('tbody', {}, rows)]);
}
