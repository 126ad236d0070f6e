// What an ONNX file says of its inputs and outputs: ONNX Runtime for Node tells their names alone.
import * as protobuf from 'protobufjs';

export interface OnnxValue {
  readonly name: string;
  /** As onnx.proto names the types of elements, e.g. `FLOAT`. */
  readonly type: string;
  /** A number, or the name of a dimension that is free. */
  readonly dims: readonly (number | string)[];
}

export interface OnnxFile {
  /** Without the weights, which some exporters list as inputs. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Names of files beside it that hold weights. */
  readonly weightFiles: readonly string[];
}

/** The messages of onnx.proto that are read, with the numbers of their fields; all others are skipped. Source: onnx/onnx, Apache-2.0. */
const MESSAGES = protobuf.Root.fromJSON({
  nested: {
    Model: { fields: { graph: { type: 'Graph', id: 7 } } },
    Graph: {
      fields: {
        initializer: { rule: 'repeated', type: 'Initializer', id: 5 },
        input: { rule: 'repeated', type: 'Value', id: 11 },
        output: { rule: 'repeated', type: 'Value', id: 12 },
      },
    },
    Initializer: {
      fields: { name: { type: 'string', id: 8 }, external: { rule: 'repeated', type: 'Entry', id: 13 } },
    },
    Entry: { fields: { key: { type: 'string', id: 1 }, value: { type: 'string', id: 2 } } },
    Value: { fields: { name: { type: 'string', id: 1 }, type: { type: 'Type', id: 2 } } },
    Type: { fields: { tensor: { type: 'Tensor', id: 1 } } },
    Tensor: { fields: { element: { type: 'int32', id: 1 }, shape: { type: 'Shape', id: 2 } } },
    Shape: { fields: { dim: { rule: 'repeated', type: 'Dim', id: 1 } } },
    Dim: { fields: { value: { type: 'int64', id: 1 }, param: { type: 'string', id: 2 } } },
  },
});

/** Names of the types of elements, by their numbers. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'FLOAT',
  2: 'UINT8',
  3: 'INT8',
  6: 'INT32',
  7: 'INT64',
  10: 'FLOAT16',
  11: 'DOUBLE',
  16: 'BFLOAT16',
};

interface Value {
  name: string;
  type?: { tensor?: { element: number; shape?: { dim: { value?: string; param?: string }[] } } };
}

interface Graph {
  initializer: { name: string; external: { key: string; value: string }[] }[];
  input: Value[];
  output: Value[];
}

/** What the bytes of an ONNX file say. Throws, naming the file, when they are none. */
export function describeOnnx(file: string, bytes: Uint8Array): OnnxFile {
  const graph = readGraph(file, bytes);
  const weights = new Set(graph.initializer.map(({ name }) => name));
  const entries = graph.initializer.flatMap(({ external }) => external);
  return {
    inputs: graph.input.filter(({ name }) => !weights.has(name)).map(describeValue),
    outputs: graph.output.map(describeValue),
    weightFiles: [
      ...new Set(entries.filter(({ key }) => key === 'location').map(({ value }) => value)),
    ].sort(),
  };
}

function readGraph(file: string, bytes: Uint8Array): Graph {
  const model = MESSAGES.lookupType('Model');
  let graph: Graph | undefined;
  try {
    const decoded = model.toObject(model.decode(bytes), { arrays: true, longs: String });
    graph = decoded.graph as Graph | undefined;
  } catch {
    // Reported below, like any other bytes that hold no graph.
  }
  if (graph === undefined || graph.output.length === 0) {
    throw new Error(
      `${file} is no complete ONNX file: it describes no network. If it was cut off, fetch it again; a file of PyTorch (.pt, .pth) has to be exported: torch.onnx.export.`,
    );
  }
  return graph;
}

function describeValue({ name, type }: Value): OnnxValue {
  const { element = 0, shape } = type?.tensor ?? {};
  const dims = shape?.dim ?? [];
  return {
    name,
    type: TYPES[element] ?? `type ${element}`,
    dims: dims.map(({ value, param }, axis) =>
      value !== undefined && Number(value) > 0 ? Number(value) : param || `axis ${axis}`,
    ),
  };
}
