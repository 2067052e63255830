export { type RenderedInputs, renderInputs, type RenderOptions } from './render-inputs';
export { SourceMap } from './source-map';
