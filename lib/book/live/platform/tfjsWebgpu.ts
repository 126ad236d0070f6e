/// <reference lib="dom" />
// The package `@tensorflow/tfjs-backend-webgpu` in a tab: its own script for browsers, which the page hands over where it is asked for,
// so that only those who compute on WebGPU load it.
import type * as Webgpu from '@tensorflow/tfjs-backend-webgpu';
import * as core from '@tensorflow/tfjs-core';
import { readFile } from './files';
import { TFJS_WEBGPU } from './paths';

declare function importScripts(address: string): void;

/** The script finds TensorFlow.js under this global name, and adds its own exports. */
const tf = { ...core } as typeof core & typeof Webgpu;
Object.assign(globalThis, { tf });
importScripts(URL.createObjectURL(new Blob([readFile(TFJS_WEBGPU)], { type: 'text/javascript' })));

export const { WebGPUBackend } = tf;
