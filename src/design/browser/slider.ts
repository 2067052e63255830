import { placeOn, readValue, scaleOf, type Unit } from '../scales';
import { h } from './dom';
import { shown } from './figures';

/** What a slider is for. */
export interface SliderOptions {
  readonly id: string;
  readonly label: string;
  readonly unit: Unit;
  readonly value: number;
  readonly least?: number;
  readonly changed: (value: number) => void;
}

/** A slider with its label, and a field in which the value can be typed. */
export function slider({ id, label, unit, value, least = -Infinity, changed }: SliderOptions): HTMLElement {
  const scale = scaleOf(unit, value).filter((one) => one >= least);
  const field = h('input', {
    class: 'value',
    type: 'text',
    inputmode: unit === 'seconds' ? 'text' : 'decimal',
    value: shown(unit, value),
    'aria-label': `${label}, typed`,
    onchange: () => {
      const typed = readValue(unit, field.value.replace(/\s*\/s$/, ''));
      if (typed === undefined || typed < least) {
        field.setAttribute('aria-invalid', 'true');
        return;
      }
      field.removeAttribute('aria-invalid');
      take(typed);
      range.value = String(placeOn(scale, typed));
    },
  });
  const range = h('input', {
    id,
    type: 'range',
    min: '0',
    max: String(scale.length - 1),
    step: '1',
    'aria-valuetext': shown(unit, value),
    oninput: () => take(scale[Number(range.value)]),
  });
  range.value = String(placeOn(scale, value));
  function take(now: number): void {
    field.value = shown(unit, now);
    field.removeAttribute('aria-invalid');
    range.setAttribute('aria-valuetext', shown(unit, now));
    changed(now);
  }
  return h('div', { class: 'slider' }, h('label', { for: id }, label), range, field);
}
