export { type RenderedInputs, renderInputs, type RenderOptions } from './render-inputs';
