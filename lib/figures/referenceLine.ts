// Lines at a value, such as no difference or chance.

/** A layer with one rule across the panel, at the `datum` of the encoding. It has data of its own: with those of its view there would be a line for
 *  each row, and in the book a click on the line would open the runs of one of them. */
export function referenceLine(look: object, encoding: object): object {
  return { data: { values: [{}] }, mark: { type: 'rule', ...look }, encoding };
}
