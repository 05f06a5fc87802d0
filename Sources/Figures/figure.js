/*
 * The figure that `explore LAYER` makes: a layer's input and output, of which the reader clicks a value
 * to see where it came from.
 *
 * The page holds this file once for each figure, inside the figure's element, `div.alexnet-figure`:
 *
 *     style                              figure.css
 *     div.alone                          shown until this script has run, and where none runs
 *     script, type application/json      the data
 *     script                             this file, which therefore can't contain its end tag
 *
 * It needs nothing else: no other file, no network, no library. The data are the layer's own Floats, exact
 * to the last bit (`Data` below says how they are packed), and every sum is computed here, in doubles and in
 * the order in which `why` computes it, so that both show the same digits. From top to bottom:
 *
 *     Numbers        numbers as text, as the program writes them
 *     Formulas       a formula in symbols, with numbers, and its value, from one tree
 *     Data           unpacking the tensors
 *     Explanations   one function for each kind of layer: what a value was computed from
 *     Drawing        colours, maps, legends
 *     Workings       one function for each kind of layer: an explanation as part of the page
 *     The page       the parts that every layer has, and what keys and clicks do
 *
 * For tests, the element of the figure has a member `figure` with `select(index)` and `stored(index)`.
 */
(() => {
  "use strict";

  const root = document.currentScript.parentElement;
  const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
  const settings = data.settings;

  // ---------------------------------------------------------------------------------------------
  // Numbers

  const MINUS = "\u2212";

  /** A finite number as ±0.d₁d₂d₃… · 10^exponent: the shortest digits that read back as x. */
  function decimalDigits(x) {
    const [mantissa, power] = Math.abs(x).toExponential().split("e");
    const digits = [...mantissa.replace(".", "")].map(Number);
    while (digits[digits.length - 1] === 0) digits.pop();
    const isNegative = x < 0 || Object.is(x, -0);
    return { isNegative, digits, exponent: digits.length === 0 ? 0 : Number(power) + 1 };
  }

  /** The same number with at most `count` digits, halves rounded away from zero. */
  function rounded(number, count) {
    if (count >= number.digits.length) return number;
    const result = { ...number, digits: number.digits.slice(0, Math.max(count, 0)) };
    if (count >= 0 && number.digits[count] >= 5) {
      while (result.digits[result.digits.length - 1] === 9) result.digits.pop();
      if (result.digits.length === 0) {
        result.digits = [1];
        result.exponent += 1;
      } else {
        result.digits[result.digits.length - 1] += 1;
      }
    }
    while (result.digits[result.digits.length - 1] === 0) result.digits.pop();
    if (result.digits.length === 0) result.exponent = 0;
    return result;
  }

  const isWhole = (number) =>
    number.digits.length <= number.exponent || number.digits.length === 0;

  function positional(number, decimals = Math.max(0, number.digits.length - number.exponent)) {
    const digit = (i) => number.digits[i] ?? 0;
    let text = number.isNegative && number.digits.length > 0 ? MINUS : "";
    if (number.exponent <= 0) text += "0";
    for (let i = 0; i < number.exponent; i++) text += digit(i);
    if (decimals > 0) text += ".";
    for (let i = 0; i < decimals; i++) text += digit(number.exponent + i);
    return text;
  }

  function scientific(number) {
    const [first, ...rest] = number.digits;
    const fraction = rest.length > 0 ? "." + rest.join("") : "";
    return `${number.isNegative ? MINUS : ""}${first}${fraction}e${number.exponent - 1}`;
  }

  const word = (x) => (Number.isNaN(x) ? "nan" : x < 0 ? MINUS + "inf" : "inf");

  /**
   * Whole numbers in full, others to some significant digits. With `keepsFraction`, a number that isn't
   * whole gets more digits, up to twelve, until it doesn't look whole.
   */
  function format(x, significant = 6, keepsFraction = false) {
    if (!Number.isFinite(x)) return word(x);
    const digits = decimalDigits(x);
    const short = rounded(digits, significant);
    const power = short.exponent - 1;
    if (power < -4 || power > 15 || Math.abs(x) > 2 ** 53) return scientific(short);
    if (isWhole(digits)) return positional(digits);
    const kept =
      digits.exponent >= significant ? rounded(digits, digits.exponent + 2) : short;
    if (!keepsFraction || !isWhole(kept)) return positional(kept);
    for (let more = Math.min(significant, 12); more <= 12; more++) {
      const longer = rounded(digits, more);
      if (!isWhole(longer)) return positional(longer);
    }
    return positional(kept, Math.max(1, significant - kept.exponent));
  }

  /** A number with its sign, + included: for the terms of a sum. */
  const signed = (x, digits = 6) => (x >= 0 ? "+" : "") + format(x, digits);

  /** A number in a formula. */
  const written = (x) => format(x, 6, true);

  /** The shortest digits that read back as the same Float. */
  function shortestFloat(x) {
    if (!Number.isFinite(x)) return word(x);
    let text = "";
    for (let digits = 1; digits <= 9; digits++) {
      text = x.toPrecision(digits);
      if (Math.fround(Number(text)) === x) break;
    }
    // The digits of the decimal that was found, not of the Float behind it.
    const number = decimalDigits(Number(text));
    number.isNegative = x < 0 || Object.is(x, -0);
    const power = number.exponent - 1;
    return power < -4 || power > 15 || Math.abs(x) > 2 ** 53
      ? scientific(number) : positional(number);
  }

  /** A whole number with a comma at every third digit. */
  const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ",");

  const count = (n, one, several = one + "s") => `${grouped(n)} ${n === 1 ? one : several}`;

  /** `40…50`, or `40` for a range of one; `to` is past the end. */
  const span = ({ from, to }) =>
    to - from === 1 ? format(from) : `${format(from)}…${format(to - 1)}`;

  /** `rows 40…50`, or `row 40`. */
  const named = (name, range) => `${name}${range.to - range.from === 1 ? "" : "s"} ${span(range)}`;

  /** Which elements have the largest magnitudes, largest first; of equal ones the earlier first. */
  const indicesFromLargest = (values, n) =>
    Array.from(values, (_, i) => i)
      .sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]) || i - j)
      .slice(0, n);

  // ---------------------------------------------------------------------------------------------
  // Formulas

  /**
   * A formula that can be written in symbols and with numbers. `binding` says how tightly its outermost
   * operation binds: sums 1, products 2, powers 3, everything else 4.
   */
  class Formula {
    constructor(value, binding, text) {
      [this.value, this.binding, this.write] = [value, binding, text];
    }
    get symbols() { return this.write((symbol) => symbol.name); }
    get numbers() { return this.write((symbol) => written(symbol.value)); }
    /** As part of another formula: in parentheses if it has to be. */
    part(name, least, leads = false) {
      const text = this.write(name);
      return this.binding < least || (!leads && text.startsWith(MINUS)) ? `(${text})` : text;
    }
  }

  const num = (x) => new Formula(x, 4, () => written(x));
  const sym = (name, value) => new Formula(value, 4, (write) => write({ name, value }));
  const binary = (operation, sign, binding, right) => (a, b) =>
    new Formula(operation(a.value, b.value), binding, (write) =>
      `${a.part(write, binding, true)} ${sign} ${b.part(write, right)}`);
  const plus = binary((a, b) => a + b, "+", 1, 1);
  const minus = binary((a, b) => a - b, MINUS, 1, 2);
  const times = binary((a, b) => a * b, "·", 2, 3);
  const over = binary((a, b) => a / b, "/", 2, 3);
  const power = (a, b) =>
    new Formula(a.value ** b.value, 3, (write) => `${a.part(write, 4)}^${b.part(write, 4)}`);
  const root2 = (a) => new Formula(Math.sqrt(a.value), 3, (write) => `√${a.part(write, 4)}`);
  const exp = (a) => new Formula(Math.exp(a.value), 3, (write) => `e^${a.part(write, 4)}`);
  const expLess1 = (a) =>
    new Formula(Math.expm1(a.value), 1, (write) => `e^${a.part(write, 4)} ${MINUS} 1`);
  const oneLessExp = (a) =>
    new Formula(-Math.expm1(a.value), 1, (write) => `1 ${MINUS} e^${a.part(write, 4)}`);
  const largest = (list) =>
    new Formula(
      list.map((a) => a.value).reduce((a, b) => (Number.isNaN(a) || a >= b ? a : b), -Infinity), 4,
      (write) => `max(${list.map((a) => a.write(write)).join(", ")})`);

  /** One line of an explanation: a symbol, and the formula that gives its value. */
  class Step {
    constructor(symbol, formula) {
      [this.symbol, this.formula] = [symbol, formula];
    }
    get value() { return this.formula.value; }
    /** The symbol with its value, for later formulas. */
    get result() { return sym(this.symbol, this.value); }
    /** `k + α · Σa² = 2 + 0.0001 · 479.864 = 2.04799` */
    get text() {
      const { symbols, numbers } = this.formula;
      return (
        (symbols === numbers ? "" : symbols + " = ") +
        (numbers.includes(" ") ? numbers + " = " : "") + written(this.value));
    }
  }

  // ---------------------------------------------------------------------------------------------
  // Data

  function bytes(base64) {
    const text = atob(base64);
    const result = new Uint8Array(text.length);
    for (let i = 0; i < text.length; i++) result[i] = text.charCodeAt(i);
    return result;
  }

  /** Floats from their bytes, least significant first. */
  function floats(base64) {
    const view = new DataView(bytes(base64).buffer);
    return Float32Array.from(
      { length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
  }

  /**
   * The Floats of one plane. It is packed in one of three ways, whichever is shortest:
   *
   *     { values }          the Floats
   *     { table, places }   the different Floats, and for each element its byte-sized place in that table
   *     { mask, values }    a bit for each element, and the Floats of those whose bit is set; others are 0
   */
  function unpack(plane, length) {
    if (plane.table !== undefined) {
      const table = floats(plane.table);
      return Float32Array.from(bytes(plane.places), (place) => table[place]);
    }
    const values = floats(plane.values);
    if (plane.mask === undefined) return values;
    const mask = bytes(plane.mask);
    let next = 0;
    return Float32Array.from({ length }, (_, i) =>
      (mask[i >> 3] >> (i & 7)) & 1 ? values[next++] : 0);
  }

  /** A part of a tensor of channels, rows and columns: `size` elements from `first`, of all of `shape`. */
  class Maps {
    constructor({ shape, first, size, planes }) {
      [this.shape, this.first, this.size, this.packed] = [shape, first, size, planes];
      this.planes = [];
    }
    /** The values of one channel that are here, row by row. */
    plane(c) {
      const place = c - this.first[0];
      this.planes[place] ??= this.unpack(this.packed[place], c);
      return this.planes[place];
    }
    unpack(packed) { return unpack(packed, this.size[1] * this.size[2]); }
    at(c, y, x) {
      return this.plane(c)[(y - this.first[1]) * this.size[2] + (x - this.first[2])];
    }
    /** The channels, rows or columns that are here. */
    range(axis) { return { from: this.first[axis], to: this.first[axis] + this.size[axis] }; }
    holds(index) {
      return index.every((i, axis) => i >= this.range(axis).from && i < this.range(axis).to);
    }
    /** The largest magnitude of one channel. */
    reach(c) {
      this.reaches ??= [];
      return (this.reaches[c] ??= this.plane(c).reduce(
        (most, x) => (Math.abs(x) > most && Number.isFinite(x) ? Math.abs(x) : most), 0));
    }
  }

  /**
   * A Float's position among all Floats, as a 32-bit number. The function is its own inverse: it maps the
   * bits of a Float to its position, and back.
   */
  const ordinal = (bits) => bits ^ ((bits >> 31) & 0x7fffffff);

  /**
   * The output of a convolution, which is computed here. A plane holds only how many Floats each of the
   * engine's values is from the one computed: `{ apart, others }`, where −128 stands for the next of the
   * others; or nothing at all if all are the same.
   */
  class ConvolutionMaps extends Maps {
    unpack(packed, c) {
      const result = new Float32Array(convolvedPlane(c));
      if (packed.apart === undefined) return result;
      const bits = new Int32Array(result.buffer);
      const apart = new Int8Array(bytes(packed.apart).buffer);
      const others = floats(packed.others);
      let next = 0;
      for (let i = 0; i < bits.length; i++) {
        if (apart[i] === -128) result[i] = others[next++];
        else bits[i] = ordinal(ordinal(bits[i]) + apart[i]);
      }
      return result;
    }
  }

  const input = new Maps(data.input);
  const output = new (data.kind === "convolution" ? ConvolutionMaps : Maps)(data.output);
  const isFeatures = data.output.isFeatures;

  /** The weights of one output channel, and of one output for a fully connected layer. */
  const weights = (() => {
    if (data.weights === undefined) return undefined;
    const planes = new Map();
    return (o) => {
      if (!planes.has(o)) {
        const packed = data.weights.planes[data.weights.outputs.indexOf(o)];
        planes.set(o, packed && unpack(packed, data.weights.count));
      }
      return planes.get(o);
    };
  })();
  const parameters = Object.fromEntries(
    Object.entries(data.parameters ?? {}).map(([name, plane]) => [name, unpack(plane, plane.count)]));

  // ---------------------------------------------------------------------------------------------
  // Explanations
  //
  // Each takes an output's channel, row and column, and gives
  //     formula, words     the definition, and what it is about
  //     value, steps       the result in a double, and its formula line by line
  //     operations, magnitude    for the bound of the comparison with the engine's value
  //     notes              sentences about the window's edge and the like
  //     window             the part of the input that was read: its rows and columns
  // and whatever else the working of its kind shows.

  const clip = (from, to, size) => ({
    from: Math.min(size, Math.max(0, from)), to: Math.max(0, Math.min(size, to)),
  });

  /** A sliding window at one output: its part on the map, and what isn't. */
  function windowAt(y, x) {
    const axis = (o, size) => {
      const from = o * settings.stride - settings.padding;
      const to = from + settings.kernel;
      const after = Math.max(0, to - size);
      const byRounding = Math.max(0, Math.min(after, after - settings.padding));
      return {
        start: from, ...clip(from, to, size), before: Math.max(0, -from),
        afterInPadding: after - byRounding, afterByRounding: byRounding,
      };
    };
    return { rows: axis(y, input.shape[1]), columns: axis(x, input.shape[2]) };
  }

  /** The parts of a window that aren't on the map, in words. */
  function outside({ rows, columns }) {
    const parts = (list) =>
      list.filter(([n]) => n > 0).map(([n, name, place]) => `${count(n, name)} ${place}`).join(", ");
    const padding = parts([
      [rows.before, "row", "above"], [rows.afterInPadding, "row", "below"],
      [columns.before, "column", "to the left"],
      [columns.afterInPadding, "column", "to the right"],
    ]);
    const rounding = parts([
      [rows.afterByRounding, "row", "below"], [columns.afterByRounding, "column", "to the right"],
    ]);
    return [
      padding && `not counted: ${padding} of the map (padding)`,
      rounding && `not counted: ${rounding}, past the edge (sizes are rounded up)`,
    ].filter(Boolean);
  }

  /** A sum of products, in the order in which it is added up; groups are input channels. */
  class ProductSum {
    constructor(start) {
      [this.start, this.total, this.magnitude] = [start, start, Math.abs(start)];
      [this.terms, this.groups] = [[], []];
    }
    begin(number) { this.groups.push({ number, first: this.terms.length, sum: 0 }); }
    add(xAt, x, wAt, w) {
      const product = x * w;
      this.total += product;
      this.magnitude += Math.abs(product);
      const group = this.groups[this.groups.length - 1];
      group.sum += product;
      group.running = this.total;
      this.terms.push({ xAt, x, wAt, w, product, running: this.total });
    }
    termsOf(group) {
      const next = this.groups[this.groups.indexOf(group) + 1];
      return this.terms.slice(group.first, next?.first ?? this.terms.length);
    }
    largest(n, terms = this.terms) {
      return indicesFromLargest(terms.map((term) => term.product), n).map((i) => terms[i]);
    }
  }

  const sumStep = (sum) => new Step("y", plus(sym("bias", sum.start), sym("Σ x·w", sum.total - sum.start)));

  function explainWindowSum(c, y, x, isLocal) {
    const window = windowAt(y, x);
    const { rows, columns } = window;
    const k = settings.kernel;
    const groups = settings.groups ?? 1;
    const perGroup = input.shape[0] / groups;
    const group = isLocal ? 0 : Math.floor(c / (output.shape[0] / groups));
    const channels = { from: group * perGroup, to: (group + 1) * perGroup };
    // Locally connected layers have a filter for each row and column.
    const place = isLocal
      ? (y - output.first[1]) * output.size[2] + (x - output.first[2]) : 0;
    const bias = parameters.bias[
      isLocal ? place * output.size[0] + (c - output.first[0]) : c - output.first[0]];
    const w = weights(c);
    const sum = new ProductSum(bias);
    for (let channel = channels.from; channel < channels.to; channel++) {
      sum.begin(channel);
      for (let r = rows.from; r < rows.to; r++) {
        for (let q = columns.from; q < columns.to; q++) {
          const [i, u, v] = [channel - channels.from, r - rows.start, q - columns.start];
          const at = ((place * perGroup + i) * k + u) * k + v;
          const wAt = isLocal ? [y, x, c, i, u, v] : [c, i, u, v];
          sum.add([channel, r, q], input.at(channel, r, q), wAt, w[at]);
        }
      }
    }
    let words =
      `${isLocal ? "its own filter at this position" : `filter ${c}`} over ${perGroup} channels × ` +
      `${rows.to - rows.from}×${columns.to - columns.from}, rows ${span(rows)} and columns ` +
      `${span(columns)} of ${data.source}`;
    if (groups > 1) words += `; group ${group} of ${groups} sees channels ${span(channels)}`;
    return {
      formula: "bias + Σ x·w", words, window, channels, sum, value: sum.total,
      steps: [sumStep(sum)], operations: sum.terms.length, magnitude: sum.magnitude,
      notes: outside(window),
      sentence: `the bias ${format(bias)} and ${count(sum.terms.length, "product")} add up to`,
    };
  }

  /** One channel of a convolution's output, as Floats: the same sums, without keeping their terms. */
  function convolvedPlane(c) {
    const k = settings.kernel;
    const perGroup = input.shape[0] / settings.groups;
    const from = Math.floor(c / (output.shape[0] / settings.groups)) * perGroup;
    const [w, bias] = [weights(c), parameters.bias[c - output.first[0]]];
    const [, height, width] = output.size;
    const [, top, left] = input.first;
    const stride = input.size[2];
    const result = new Float32Array(height * width);
    for (let i = 0; i < result.length; i++) {
      const { rows, columns } = windowAt(
        output.first[1] + Math.floor(i / width), output.first[2] + (i % width));
      let sum = bias;
      for (let channel = 0; channel < perGroup; channel++) {
        const plane = input.plane(from + channel);
        for (let r = rows.from; r < rows.to; r++) {
          let xAt = (r - top) * stride + columns.from - left;
          let wAt = (channel * k + r - rows.start) * k + columns.from - columns.start;
          for (let q = columns.from; q < columns.to; q++) sum += plane[xAt++] * w[wAt++];
        }
      }
      result[i] = sum;
    }
    return result;
  }

  function explainLinear(c, y, x) {
    const w = weights(x);
    if (w === undefined) return undefined;
    const sum = new ProductSum(parameters.bias[x]);
    sum.begin(0);
    const plane = input.plane(0);
    for (let i = 0; i < plane.length; i++) sum.add([i], plane[i], [x, i], w[i]);
    return {
      formula: "bias + Σ x·w", words: `over ${count(sum.terms.length, "input")}`, sum,
      value: sum.total, steps: [sumStep(sum)], operations: sum.terms.length,
      magnitude: sum.magnitude, notes: [],
      sentence: `the bias ${format(sum.start)} and ${count(sum.terms.length, "product")} add up to`,
    };
  }

  /** The outputs whose windows hold an input along one axis. */
  function outputsHolding(i, outputs) {
    const { kernel, stride, padding } = settings;
    const from = i + padding - kernel < 0 ? 0 : Math.floor((i + padding - kernel + stride) / stride);
    return { from, to: Math.min(outputs, Math.floor((i + padding) / stride) + 1) };
  }

  function pooled(c, y, x) {
    const window = windowAt(y, x);
    const values = [];
    for (let r = window.rows.from; r < window.rows.to; r++) {
      for (let q = window.columns.from; q < window.columns.to; q++) {
        const windows = [];
        const [rows, columns] = [
          outputsHolding(r, output.shape[1]), outputsHolding(q, output.shape[2])];
        for (let p = rows.from; p < rows.to; p++) {
          for (let o = columns.from; o < columns.to; o++) windows.push([p, o]);
        }
        values.push({ y: r, x: q, value: input.at(c, r, q), windows });
      }
    }
    const where =
      `channel ${c}, rows ${span(window.rows)} and columns ${span(window.columns)} of ${data.source}`;
    return { window, values, where, notes: outside(window) };
  }

  function explainMaxPooling(c, y, x) {
    const { window, values, where, notes } = pooled(c, y, x);
    // NaN before all others, and of equal values the first.
    let winner = values.findIndex(({ value }) => Number.isNaN(value));
    if (winner < 0) {
      winner = 0;
      values.forEach(({ value }, i) => { if (value > values[winner].value) winner = i; });
    }
    const won = values[winner];
    const ties = values.filter((value) => value !== won && value.value === won.value).length;
    return {
      formula: "max of a window", words: where, window, values, winner: won, notes,
      value: won.value, steps: [], operations: 0, magnitude: 0,
      verdict:
        `${data.source}[${c}, ${won.y}, ${won.x}] wins` +
        (ties === 0 ? "" : `; ${count(ties, "other is", "others are")} as large: the first in `
          + "row-major order wins"),
      sentence: `the largest of ${count(values.length, "value")} is`,
    };
  }

  function explainAveragePooling(c, y, x) {
    const { window, values, where, notes } = pooled(c, y, x);
    const sum = values.reduce((sum, { value }) => sum + value, 0);
    const formula = over(sym("Σ x", sum), sym("count", values.length));
    return {
      formula: "mean of a window", window, values, notes,
      words: `${where}; divided by the ${count(
        values.length, "value that lies", "values that lie")} on the map`,
      value: formula.value, steps: [new Step("y", formula)], operations: values.length,
      magnitude: values.reduce((sum, { value }) => sum + Math.abs(value), 0) / values.length,
      sentence: `the mean of ${count(values.length, "value")} is`,
    };
  }

  /** The numbers that a definition of the normalization gives, for the values in its window. */
  function normalized(definition, c, y, x) {
    const { below, above, s, k, beta } = definition;
    const around = (i, limits) => ({
      from: Math.max(i - below, limits.from), to: Math.min(i + above + 1, limits.to) });
    const neighbours = [];
    if (settings.isWithinChannel) {
      const rows = around(y, { from: 0, to: input.shape[1] });
      const columns = around(x, { from: 0, to: input.shape[2] });
      for (let r = rows.from; r < rows.to; r++) {
        for (let q = columns.from; q < columns.to; q++) neighbours.push([c, r, q]);
      }
    } else {
      const size = input.shape[0] / settings.groups;
      const start = Math.floor(c / size) * size;
      const channels = around(c, { from: start, to: start + size });
      for (let i = channels.from; i < channels.to; i++) neighbours.push([i, y, x]);
    }
    const values = neighbours.map((index) => ({ index, a: input.at(...index) }));
    const sumOfSquares = values.reduce((sum, { a }) => sum + a * a, 0);
    const scale = k + s * sumOfSquares;
    return { values, sumOfSquares, scale, b: input.at(c, y, x) / scale ** beta };
  }

  function explainNormalization(c, y, x) {
    const own = data.definitions.find(({ isTheLayers, ownDefaults }) => isTheLayers && !ownDefaults);
    const { values, sumOfSquares, scale } = normalized(own, c, y, x);
    const a = input.at(c, y, x);
    const steps = [];
    let factor = sym("α", own.alpha);
    if (own.divides) {
      const n = sym("n", own.n);
      const step = new Step("s", over(factor, settings.isWithinChannel ? power(n, num(2)) : n));
      steps.push(step);
      factor = step.result;
    }
    const S = new Step("S", plus(sym("k", own.k), times(factor, sym("Σa²", sumOfSquares))));
    const b = new Step("b", over(sym("a", a), power(S.result, sym("β", own.beta))));
    const s = own.divides ? (settings.isWithinChannel ? "α/n²" : "α/n") : "α";
    const notes = [];
    const reach = (axis, i, from, to, limit) => {
      const whole = { from: i - own.below, to: i + own.above + 1 };
      if (whole.from >= from && whole.to <= to) return;
      notes.push(
        `the window, ${axis}s ${span(whole)}, is clipped to ${limit}, ${span({ from, to })}`);
    };
    if (settings.isWithinChannel) {
      reach("row", y, 0, input.shape[1], "the map");
      reach("column", x, 0, input.shape[2], "the map");
    } else {
      const size = input.shape[0] / settings.groups;
      const from = Math.floor(c / size) * size;
      const byGroup =
        (c - own.below < from && from > 0) ||
        (c + own.above + 1 > from + size && from + size < input.shape[0]);
      reach("channel", c, from, from + size, byGroup ? "its group" : "the map");
    }
    if (data.note) notes.push(data.note);
    return {
      formula: `a / (k + ${s} · Σ a²)^β`,
      words:
        `n ${own.n} · k ${format(own.k)} · α ${format(own.alpha)} · β ${format(own.beta)} · ` +
        own.title,
      values, sumOfSquares, steps: [...steps, S, b], value: b.value, notes, a,
      definitions: sideBySide(own, c, y, x), operations: values.length + 4, magnitude: 0,
      window: settings.isWithinChannel
        ? { rows: { from: values[0].index[1], to: values[values.length - 1].index[1] + 1 },
            columns: { from: values[0].index[2], to: values[values.length - 1].index[2] + 1 } }
        : pixel(y, x),
      sentence:
        `${format(a)} over ${format(scale)} to the power of ${format(own.beta)} is`,
    };
  }

  /** The same element under every definition; definitions that agree share a row. */
  function sideBySide(own, c, y, x) {
    const rows = [];
    for (const definition of data.definitions) {
      const { n, k, alpha, beta, s, ownDefaults } = definition;
      const repeats =
        ownDefaults && n === own.n && k === own.k && alpha === own.alpha && beta === own.beta;
      if (repeats) continue;
      const outcome = definition.exists ? normalized(definition, c, y, x) : undefined;
      const same = (row) =>
        row.outcome?.b === outcome?.b && row.outcome?.scale === outcome?.scale &&
        row.outcome?.values.length === outcome?.values.length && row.s === s &&
        row.ownDefaults === ownDefaults &&
        (!ownDefaults ||
          (row.n === n && row.k === k && row.alpha === alpha && row.beta === beta));
      const isOwn = definition.isTheLayers && !ownDefaults;
      const row = rows.find(same);
      if (row === undefined) {
        rows.push({ ...definition, outcome, names: [definition.name], isOwn });
      } else {
        row.names.push(definition.name);
        row.isOwn ||= isOwn;
      }
    }
    for (const row of rows) {
      row.title = row.names.join(", ");
      if (!row.ownDefaults) continue;
      const changed = [["n", row.n, own.n], ["k", row.k, own.k], ["α", row.alpha, own.alpha],
        ["β", row.beta, own.beta]].filter(([, its, layers]) => its !== layers);
      row.title += row.names.length === 1 ? ", with its defaults: " : ", with their defaults: ";
      row.title += changed.map(([name, its]) => `${name} ${format(its)}`).join(", ");
    }
    return rows;
  }

  const pixel = (y, x) => ({ rows: { from: y, to: y + 1 }, columns: { from: x, to: x + 1 } });

  function explainBatchNormalization(c, y, x) {
    const at = isFeatures ? x - output.first[2] : c - output.first[0];
    const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map(
      (name) => parameters[name][at]);
    const value = input.at(c, y, x);
    const hat = new Step("x̂", over(
      minus(sym("x", value), sym("mean", mean)),
      root2(plus(sym("variance", variance), sym("ε", settings.epsilon)))));
    const result = new Step("y", plus(times(sym("γ", gamma), hat.result), sym("β", beta)));
    const slope = gamma * (1 / Math.sqrt(variance + settings.epsilon));
    return {
      formula: `γ · (x ${MINUS} mean) / √(variance + ε) + β`,
      words: "the running mean and variance of this channel", window: pixel(y, x),
      steps: [hat, result], value: result.value, notes: [], operations: 6, x: value,
      magnitude: Math.abs(slope) * (Math.abs(value) + Math.abs(mean)) + Math.abs(beta),
      curve: (t) => gamma * ((t - mean) / Math.sqrt(variance + settings.epsilon)) + beta,
      sentence: `${format(value)}, normalized, scaled and shifted, is`,
    };
  }

  function activationFormula(value) {
    const x = sym("x", value);
    if (data.kind === "relu") {
      return { formula: largest([num(0), x]), operations: 0,
        remark: value > 0 ? "x is positive and passes" : "x is not positive: 0" };
    }
    if (data.kind === "tanh") {
      const double = times(num(value >= 0 ? -2 : 2), x);
      return { remark: "", operations: 4, formula: value >= 0
        ? over(oneLessExp(double), plus(num(1), exp(double)))
        : over(expLess1(double), plus(exp(double), num(1))) };
    }
    return {
      formula: value > 0 ? x : times(sym("α", settings.alpha), expLess1(x)),
      operations: value > 0 ? 0 : 3,
      remark: value > 0 ? "x is positive and passes" : "x is not positive",
    };
  }

  function explainActivation(c, y, x) {
    const value = input.at(c, y, x);
    const { formula, remark, operations } = activationFormula(value);
    const words = { relu: "max(0, x)", tanh: "tanh x", elu: `x where x > 0, else α · (e^x ${MINUS} 1)` };
    return {
      formula: words[data.kind], words: remark, window: pixel(y, x),
      steps: [new Step("y", formula)], value: formula.value, notes: [], operations, magnitude: 0,
      x: value, curve: (t) => activationFormula(t).formula.value,
      sentence: `${words[data.kind]} for x = ${format(value)} is`,
    };
  }

  function explainDropout(c, y, x) {
    const value = input.at(c, y, x);
    const formula = times(sym("x", value), sym("factor", settings.factor));
    return {
      formula: `x · ${format(settings.factor)}`, words: data.remark, window: pixel(y, x),
      steps: [new Step("y", formula)], value: formula.value, notes: [], operations: 2, magnitude: 0,
      x: value, curve: (t) => t * settings.factor,
      sentence: `${format(value)} times ${format(settings.factor)} is`,
    };
  }

  function explainFlatten(c, y, x) {
    const [, height, width] = input.shape;
    const from = data.input.isFeatures
      ? [0, 0, x] : [Math.floor(x / (height * width)), Math.floor(x / width) % height, x % width];
    const value = input.at(...from);
    const name = (data.input.isFeatures ? [x] : from).join(", ");
    return {
      formula: `${data.source}[${name}]`, words: `the same value: ${data.remark} in row-major order`,
      window: pixel(from[1], from[2]), steps: [new Step("y", sym(`x[${name}]`, value))], value,
      notes: [], operations: 0, magnitude: 0, inputChannel: from[0],
      sentence: `the same value as ${data.source}[${name}],`,
    };
  }

  function explainSoftmax(c, y, x) {
    const logits = input.plane(0);
    let most = logits.findIndex((logit) => Number.isNaN(logit));
    if (most < 0) {
      most = 0;
      logits.forEach((logit, i) => { if (logit > logits[most]) most = i; });
    }
    const exponentials = Array.from(logits, (logit) => Math.exp(logit - logits[most]));
    const sum = exponentials.reduce((a, b) => a + b, 0);
    const e = new Step("e", exp(minus(sym("x", logits[x]), sym("max", logits[most]))));
    const p = new Step("p", over(e.result, sym("Σe", sum)));
    const shown = indicesFromLargest(exponentials, 5);
    if (!shown.includes(x)) shown.push(x);
    return {
      formula: "e^x / Σ e^x",
      words:
        `${count(logits.length, "class", "classes")}, after subtracting the largest logit`,
      steps: [e, p], value: p.value, notes: [], operations: logits.length + 4, magnitude: 0,
      window: pixel(0, x),
      classes: shown.map((i) => ({
        number: i, logit: logits[i], exponential: exponentials[i], probability: exponentials[i] / sum,
      })),
      sentence: `${format(e.value)} over the sum of all, ${format(sum)}, is`,
    };
  }

  const explainers = {
    convolution: (c, y, x) => explainWindowSum(c, y, x, false),
    locally_connected: (c, y, x) => explainWindowSum(c, y, x, true),
    max_pooling: explainMaxPooling, average_pooling: explainAveragePooling,
    local_response_normalization: explainNormalization, spatial_normalization: explainNormalization,
    batch_normalization: explainBatchNormalization,
    relu: explainActivation, tanh: explainActivation, elu: explainActivation,
    dropout: explainDropout, flatten: explainFlatten, linear: explainLinear, softmax: explainSoftmax,
  };

  /** The distance from a Float to the next one away from zero. */
  function ulp(x) {
    const bits = new DataView(new ArrayBuffer(4));
    bits.setFloat32(0, Math.abs(x));
    const next = bits.getUint32(0) + 1;
    bits.setUint32(0, next);
    return bits.getFloat32(0) - Math.abs(x);
  }

  /** A double's comparison with the engine's Float, in the words of `why`. */
  function compare({ value, operations, magnitude }, stored) {
    const nearest = Math.fround(value);
    if (nearest === stored || (Number.isNaN(nearest) && Number.isNaN(stored))) {
      return { agrees: true, text: "✓ the same", remark: `in Double ${format(value, 9)}` };
    }
    const bits = new Int32Array(new Float32Array([nearest, stored]).buffer);
    const remark = Number.isNaN(nearest) || Number.isNaN(stored)
      ? "one of them is not a number"
      : `${Math.abs(ordinal(bits[0]) - ordinal(bits[1]))} ULP apart`;
    const terms = Math.max(magnitude, Math.abs(value));
    const scale = Number.isFinite(terms) ? terms : 0;
    const half = Number.isFinite(stored) ? ulp(stored) / 2 : 0;
    const error = Math.abs(value - stored);
    // Written so that NaN disagrees.
    if (error <= half + (operations + 8) * 2 ** -52 * scale) {
      return { agrees: true, text: "✓ within rounding", remark };
    }
    if (error <= half + (operations + 8) * 2 ** -23 * scale) {
      return { agrees: true, text: "✓ within Float arithmetic", remark };
    }
    return {
      agrees: false, remark,
      text: `✗ the kernel computed another number: the formula gives ${format(value, 9)}`,
    };
  }

  // ---------------------------------------------------------------------------------------------
  // Drawing

  /** An element with attributes and children; text is never read as markup. */
  function make(tag, attributes = {}, ...children) {
    const isSVG = ["svg", "rect", "path", "line", "circle"].includes(tag);
    const element = isSVG
      ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") element.addEventListener(name, value);
      else if (value !== undefined) element.setAttribute(name, value);
    }
    element.append(...children.filter((child) => child !== undefined && child !== ""));
    return element;
  }

  /** Blue below 0, orange above; 0 is close to the background, in light and in dark. */
  const palettes = {
    light: ["#1b4f9c", "#5b95d6", "#b5d2ee", "#f7f5f0", "#f8cfa2", "#e58a3c", "#a8420b"],
    dark: ["#8cc4ff", "#4588cc", "#27476b", "#1c1d20", "#6b4223", "#c9762e", "#ffb56b"],
  };

  const channelsOf = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));

  /** 513 colours from the most negative to the most positive value; the middle one is 0. */
  function ramp(stops) {
    return Array.from({ length: 513 }, (_, i) => {
      const place = (i / 512) * (stops.length - 1);
      const [low, part] = [Math.min(stops.length - 2, Math.floor(place)), place % 1];
      const [a, b] = [channelsOf(stops[low]), channelsOf(stops[low + 1])];
      const t = place === stops.length - 1 ? 1 : part;
      return a.map((level, j) => Math.round(level + (b[j] - level) * t));
    });
  }
  const ramps = { light: ramp(palettes.light), dark: ramp(palettes.dark) };

  /** The theme around the figure, by the colour that its text inherits. */
  function themeAround() {
    const [red, green, blue] = (getComputedStyle(root).color.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
    return 0.299 * red + 0.587 * green + 0.114 * blue > 127 ? "dark" : "light";
  }
  let theme = themeAround();

  /** The colour of a value whose scale ends at ±reach. */
  function colour(value, reach) {
    if (Number.isNaN(value)) return [200, 0, 160];
    const share = reach > 0 ? Math.max(-1, Math.min(1, value / reach)) : 0;
    return ramps[theme][Math.round(256 + 256 * share)];
  }

  /** Paints rows of values into an image, one pixel a value; undefined stays transparent. */
  function painted(height, width, colourOf) {
    const image = new ImageData(width, height);
    for (let i = 0; i < height * width; i++) {
      const levels = colourOf(i);
      if (levels === undefined) continue;
      image.data.set(levels, 4 * i);
      image.data[4 * i + 3] = 255;
    }
    return image;
  }

  /**
   * A map of values as sharp squares, with outlines drawn over them. `edges` are the rows and columns of
   * nothing (padding) around it that windows reach into.
   */
  class MapView {
    constructor(height, width, { edges = {}, attributes = {}, onPick } = {}) {
      const { top = 0, left = 0, bottom = 0, right = 0 } = edges;
      [this.height, this.width, this.top, this.left] = [height, width, top, left];
      [this.wholeHeight, this.wholeWidth] = [height + top + bottom, width + left + right];
      this.canvas = make("canvas", { width, height, "aria-hidden": "true" });
      const share = (part, whole) => `${(100 * part) / whole}%`;
      Object.assign(this.canvas.style, {
        left: share(left, this.wholeWidth), top: share(top, this.wholeHeight),
        width: share(width, this.wholeWidth), height: share(height, this.wholeHeight),
      });
      this.marks = make("svg", {
        viewBox: `${-left} ${-top} ${this.wholeWidth} ${this.wholeHeight}`,
        preserveAspectRatio: "none", "aria-hidden": "true",
      });
      this.element = make("div", { class: "map", ...attributes }, this.canvas, this.marks);
      this.element.style.aspectRatio = `${this.wholeWidth} / ${this.wholeHeight}`;
      if (top + left + bottom + right > 0) this.element.classList.add("padded");
      if (onPick) this.followPointer(onPick);
    }
    /** The row and column under the pointer. */
    cellAt(event) {
      const box = this.element.getBoundingClientRect();
      const place = (at, start, size, cells) => Math.floor(((at - start) / size) * cells);
      return [
        place(event.clientY, box.top, box.height, this.wholeHeight) - this.top,
        place(event.clientX, box.left, box.width, this.wholeWidth) - this.left,
      ];
    }
    /** A click picks a value; so does moving a mouse while its button is down. */
    followPointer(onPick) {
      this.element.classList.add("pickable");
      this.element.addEventListener("click", (event) => onPick(...this.cellAt(event)));
      this.element.addEventListener("pointermove", (event) => {
        if (event.pointerType === "mouse" && event.buttons === 1) onPick(...this.cellAt(event));
      });
    }
    paint(colourOf) {
      this.canvas.getContext("2d").putImageData(painted(this.height, this.width, colourOf), 0, 0);
    }
    /** Outlines, as `{ rows, columns, kind }`. */
    outline(outlines) {
      const rects = outlines.flatMap(({ rows, columns, kind = "chosen" }) => {
        const place = {
          x: columns.from, y: rows.from, width: columns.to - columns.from,
          height: rows.to - rows.from, "vector-effect": "non-scaling-stroke",
        };
        return [make("rect", { ...place, class: `${kind} halo` }), make("rect", { ...place, class: kind })];
      });
      this.marks.replaceChildren(...rects);
    }
  }

  /** What the colours of a map mean. */
  function legend(reach, hasNegative) {
    const bar = make("canvas", { width: 256, height: 1, "aria-hidden": "true" });
    bar.getContext("2d").putImageData(
      painted(1, 256, (i) => colour(hasNegative ? i / 127.5 - 1 : i / 255, 1)), 0, 0);
    const labels = hasNegative ? [-reach, 0, reach] : [0, reach];
    return make(
      "div", { class: "legend" }, bar,
      make("div", {}, ...labels.map((value) => make("span", {}, format(value, 4)))));
  }

  /** A list of values as rows and columns that are about twice as wide as high. */
  function folded(n) {
    if (n <= 16) return { height: 1, width: n };
    const width = 2 * Math.ceil(Math.sqrt(n));
    return width >= n ? { height: 1, width: n } : { height: Math.ceil(n / width), width };
  }

  /** The layout of one channel of an input or output on the page. */
  function layoutOf(maps) {
    const [, height, width] = maps.size;
    return height === 1 && maps.shape[1] === 1 && maps.shape[0] === 1
      ? folded(width) : { height, width };
  }

  const headCell = (text, isNumber) => make("th", { scope: "col", class: isNumber && "number" }, text);
  const cell = (text, isNumber = true) => make("td", { class: isNumber ? "number" : "" }, text);

  /** A table with a caption; titles that begin with # head columns of numbers. */
  function table(caption, titles, rows) {
    const heads = titles.map((title) => headCell(title.replace("#", ""), title.startsWith("#")));
    return make(
      "div", { class: "scrolls" },
      make(
        "table", {}, make("caption", {}, caption), make("thead", {}, make("tr", {}, ...heads)),
        make("tbody", {}, ...rows)));
  }

  /** A bar for a term of a sum: from the middle, to the left if it is negative; or from the left edge. */
  function bar(value, reach, isOneSided = false) {
    const whole = isOneSided ? 100 : 50;
    const share = reach > 0 && Number.isFinite(value) ? (whole * Math.abs(value)) / reach : 0;
    const fill = make("i", { class: value < 0 ? "below" : "above" });
    fill.style.width = `${share}%`;
    const kind = isOneSided ? "one-sided bar" : "bar";
    return make("td", { class: kind, "aria-hidden": "true" }, make("span", {}, fill));
  }

  // ---------------------------------------------------------------------------------------------
  // Workings
  //
  // Each takes an explanation and gives the elements that show it, between the maps and the commands.

  /** `x[0, 43, 94] 127.3 · w[5, 0, 3, 2] 0.02322 = +2.957` */
  const termText = (term) =>
    `x[${term.xAt.join(", ")}] ${format(term.x, 4)} · w[${term.wAt.join(", ")}] ` +
    `${format(term.w, 4)} = ${signed(term.product, 4)}`;

  const channelName = (channel) =>
    data.isImage && input.shape[0] === 3 ? ["red", "green", "blue"][channel] : `${channel}`;

  /** The terms of a sum in order, each with the sum so far; made when it is opened. */
  function allTerms(title, terms) {
    const details = make("details", {}, make("summary", {}, title));
    details.addEventListener("toggle", () => {
      if (!details.open || details.children.length > 1) return;
      details.append(
        table(
          "In the order in which they are added up", ["x", "#", "w", "#", "#product", "#sum so far"],
          terms.map((term) => make(
            "tr", {}, cell(`[${term.xAt.join(", ")}]`, false), cell(format(term.x)),
            cell(`[${term.wAt.join(", ")}]`, false), cell(format(term.w)),
            cell(signed(term.product)), cell(format(term.running))))));
    });
    return details;
  }

  /** The group that is shown in detail: the one that was chosen, else the one with the largest sum. */
  function shownGroup({ sum }) {
    const chosen = sum.groups.find(({ number }) => number === state.inputChannel);
    return chosen ?? sum.groups[indicesFromLargest(sum.groups.map((group) => group.sum), 1)[0]];
  }

  /** The window of one input channel times its filter: three small maps. */
  function products(explanation, group) {
    const { window } = explanation;
    const k = settings.kernel;
    const terms = explanation.sum.termsOf(group);
    const places = new Map(terms.map((term) => [
      (term.xAt[1] - window.rows.start) * k + term.xAt[2] - window.columns.start, term]));
    const line = make("p", { class: "term" });
    const show = (term) => { line.textContent = term === undefined ? "padding: not counted" : termText(term); };
    const small = (title, value) => {
      const view = new MapView(k, k);
      const reach = Math.max(...terms.map((term) => Math.abs(value(term))), 0);
      view.paint((i) => (places.has(i) ? colour(value(places.get(i)), reach) : undefined));
      view.element.addEventListener("pointermove", (event) => {
        const [u, v] = view.cellAt(event);
        if (u >= 0 && v >= 0 && u < k && v < k) show(places.get(u * k + v));
      });
      return make(
        "div", { class: "small" }, make("span", { class: "label" }, title), view.element,
        legend(reach, terms.some((term) => value(term) < 0)));
    };
    show(explanation.sum.largest(1, terms)[0]);
    const operator = (sign) => make("span", { class: "operator", "aria-hidden": "true" }, sign);
    return make(
      "div", { class: "part" },
      make("h4", {}, `Window times filter, channel ${channelName(group.number)}`),
      make(
        "div", { class: "products" }, small("window x", (term) => term.x), operator("·"),
        small("filter w", (term) => term.w), operator("="), small("products", (term) => term.product)),
      line,
      allTerms(
        `All ${count(terms.length, "product")} of channel ${channelName(group.number)}`, terms));
  }

  /** The sum after each input channel, as a line over the channels. */
  function runningChart({ groups, start }, shown) {
    const values = [start, ...groups.map(({ running }) => running)];
    const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
    const n = groups.length;
    const y = (value) => (high === low ? 50 : 4 + (92 * (high - value)) / (high - low));
    const line = values.map((value, i) => `${i === 0 ? "M" : "L"}${i} ${y(value).toFixed(2)}`).join("");
    const at = groups.indexOf(shown);
    const chart = make(
      "svg", { viewBox: `0 0 ${n} 100`, preserveAspectRatio: "none", class: "chart", role: "img",
        "aria-label": `The sum after each of ${n} input channels, from ${format(start)} to ` +
          `${format(values[n])}.` },
      make("rect", { x: at, y: 0, width: 1, height: 100, class: "at" }),
      make("line", { x1: 0, x2: n, y1: y(0), y2: y(0), class: "zero" }),
      make("path", { d: line, class: "running", "vector-effect": "non-scaling-stroke" }));
    chart.addEventListener("click", (event) => {
      const box = chart.getBoundingClientRect();
      const i = Math.floor(((event.clientX - box.left) / box.width) * n);
      if (groups[i]) chooseInputChannel(groups[i].number);
    });
    return make(
      "div", { class: "running-sum" },
      make("span", { class: "label" }, `the sum so far, over ${n} input channels`), chart,
      make("div", { class: "ends" }, make("span", {}, `bias ${format(start)}`),
        make("span", {}, format(values[n]))));
  }

  function sums(explanation, group) {
    const { sum } = explanation;
    const few = sum.groups.length <= 8;
    const kept = few
      ? sum.groups
      : indicesFromLargest(sum.groups.map((other) => other.sum), 6).sort((a, b) => a - b)
        .map((i) => sum.groups[i]);
    const reach = Math.max(Math.abs(sum.start), ...kept.map((other) => Math.abs(other.sum)));
    const rows = kept.map((other) => make(
      "tr", other === group ? { class: "chosen" } : {},
      make("th", { scope: "row" }, make("button", {
        type: "button", "aria-pressed": String(other === group),
        click: () => chooseInputChannel(other.number),
      }, channelName(other.number))),
      cell(signed(other.sum)), bar(other.sum, reach), cell(format(other.running))));
    const first = make(
      "tr", {}, make("th", { scope: "row" }, "bias"), cell(signed(sum.start)),
      bar(sum.start, reach), cell(format(sum.start)));
    const hidden = sum.groups.filter((other) => !kept.includes(other));
    const rest = hidden.reduce((total, other) => total + other.sum, 0);
    return make(
      "div", { class: "part" }, make("h4", {}, "The sum"),
      table("", ["channel", "#Σ products", "", "#so far"], [first, ...rows]),
      few ? "" : make("p", { class: "note" },
        `${count(hidden.length, "channel not shown adds", "channels not shown add")} ${signed(rest)}`),
      few ? "" : runningChart(sum, group));
  }

  function windowSumWorking(explanation) {
    const group = shownGroup(explanation);
    return [sums(explanation, group), products(explanation, group)];
  }

  function linearWorking({ sum }) {
    const terms = sum.largest(12);
    const reach = Math.abs(terms[0]?.product ?? 0);
    const [above, below] = [1, -1].map((sign) => {
      const some = sum.terms.filter(({ product }) => product * sign > 0);
      return { n: some.length, sum: some.reduce((total, { product }) => total + product, 0) };
    });
    const zero = sum.terms.filter(({ product }) => product === 0).length;
    const rows = terms.map((term) => make(
      "tr", {}, cell(`x[${term.xAt}]`, false), cell(format(term.x)),
      cell(`w[${term.wAt.join(", ")}]`, false), cell(format(term.w)), cell(signed(term.product)),
      bar(term.product, reach)));
    return [make(
      "div", { class: "part wide" }, make("h4", {}, "The sum"),
      make(
        "p", { class: "note" },
        `${count(above.n, "term above 0 sums", "terms above 0 sum")} to ${signed(above.sum)}, ` +
        `${grouped(below.n)} below 0 to ${signed(below.sum)}, ${count(zero, "is", "are")} 0`),
      table(
        "The largest terms, outlined on the input", ["x", "#", "w", "#", "#product", ""], rows),
      allTerms(
        sum.terms.length > 1000
          ? "The first 1,000 products" : `All ${count(sum.terms.length, "product")}`,
        sum.terms.slice(0, 1000)))];
  }

  /** The values of a pooling window as numbers, and the other windows that read them. */
  function poolingWorking({ window, values, winner, verdict }) {
    const columns = [];
    for (let q = window.columns.from; q < window.columns.to; q++) columns.push(q);
    const rows = [];
    for (let r = window.rows.from; r < window.rows.to; r++) {
      rows.push(make(
        "tr", {}, make("th", { scope: "row" }, `y ${r}`),
        ...columns.map((q) => {
          const value = values.find((other) => other.y === r && other.x === q);
          const part = cell(format(value.value));
          if (value === winner) {
            part.classList.add("winner");
            part.append(make("span", { class: "unseen" }, " wins"));
          }
          return part;
        })));
    }
    const neighbours = new Map();
    for (const value of values) {
      for (const [p, q] of value.windows) {
        if (p === state.y && q === state.x) continue;
        const key = `${p}, ${q}`;
        neighbours.set(key, [...(neighbours.get(key) ?? []), value]);
      }
    }
    const shared = values.filter(({ windows }) => windows.length > 1).length;
    const order = (key) => key.split(", ").map(Number);
    const inOrder = [...neighbours].sort(([a], [b]) =>
      order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1]);
    const list = inOrder.map(([key, places]) => {
      const takes = winner !== undefined && places.includes(winner);
      return make(
        "li", {}, `window (${key})`,
        make("span", { class: "muted" }, " shares y, x " + places.map((at) => `(${at.y}, ${at.x})`).join(" ")),
        takes ? make("strong", {}, " and reads the winner too") : "");
    });
    return [
      make(
        "div", { class: "part" }, make("h4", {}, winner ? "The largest of the window" : "The window"),
        table("", ["", ...columns.map((q) => `#x ${q}`)], rows),
        verdict && make("p", { class: "verdict" }, verdict)),
      make(
        "div", { class: "part" }, make("h4", {}, "Windows that share these values"),
        make("p", { class: "note" }, shared === 0
          ? "no other window reads these values: the windows don't overlap"
          : `${shared} of the ${values.length} values ${shared === 1 ? "is" : "are"} read by ` +
            "neighbouring windows too:"),
        make("ul", {}, ...list)),
    ];
  }

  function normalizationWorking({ values, sumOfSquares, definitions }) {
    const within = settings.isWithinChannel;
    const name = ({ index }) => (within ? index.slice(1).join(", ") : `${index[0]}`);
    const reach = Math.max(...values.map(({ a }) => a * a));
    const isOwn = ({ index }) => index[0] === state.c && index[1] === state.y && index[2] === state.x;
    const rows = values.map((value) => make(
      "tr", isOwn(value) ? { class: "chosen" } : {},
      make("th", { scope: "row" }, (isOwn(value) ? "→ " : "") + name(value)), cell(format(value.a)),
      cell(format(value.a * value.a)), bar(value.a * value.a, reach, true)));
    rows.push(make(
      "tr", { class: "total" }, make("th", { scope: "row" }, "Σ a²"), cell(""),
      cell(format(sumOfSquares)), cell("")));
    const others = definitions.map((row) => make(
      "tr", row.isOwn ? { class: "chosen" } : {},
      make("th", { scope: "row", class: "title" }, (row.isOwn ? "→ " : "") + row.title),
      cell(format(row.s, 4)), cell(row.outcome ? `${row.outcome.values.length}` : "–"),
      cell(row.outcome ? format(row.outcome.scale, 9) : "odd n only"),
      cell(row.outcome ? format(row.outcome.b, 7) : "–")));
    return [
      make(
        "div", { class: "part" }, make("h4", {}, within ? "The values around it" : "The neighbouring channels"),
        table("", [within ? "row, column" : "channel", "#a", "#a²", ""], rows)),
      make(
        "div", { class: "part" }, make("h4", {}, "The same element under each definition"),
        table("", ["definition", "#s", "#taps", "#scale S", "#b"], others)),
    ];
  }

  /** The function of one number, with the value on its curve. */
  function curveWorking({ x, value, curve }) {
    if (!Number.isFinite(x) || !Number.isFinite(value)) return [];
    const reach = Math.max(Math.abs(x) * 1.3, input.reach(state.c), 1e-6);
    const points = Array.from({ length: 201 }, (_, i) => {
      const t = ((i - 100) / 100) * reach;
      return [t, curve(t)];
    });
    const height = Math.max(...points.map(([, y]) => Math.abs(y)), 1e-12);
    const place = (t, y) => [(100 * t) / reach, (-50 * y) / height];
    const [px, py] = place(x, value);
    const path = points.map(([t, y], i) => {
      const [left, top] = place(t, y);
      return `${i === 0 ? "M" : "L"}${left.toFixed(2)} ${top.toFixed(2)}`;
    }).join("");
    const still = { "vector-effect": "non-scaling-stroke" };
    return [make(
      "div", { class: "part wide" }, make("h4", {}, "The function"),
      make(
        "svg", { viewBox: "-104 -56 208 112", class: "curve", role: "img",
          "aria-label": `The function from ${format(-reach, 3)} to ${format(reach, 3)}, with the ` +
            `point x = ${format(x)}, y = ${format(value)}.` },
        make("line", { x1: -100, x2: 100, y1: 0, y2: 0, class: "axis", ...still }),
        make("line", { x1: 0, x2: 0, y1: -50, y2: 50, class: "axis", ...still }),
        make("path", { d: path, class: "running", ...still }),
        make("path", { d: `M${px} 0L${px} ${py}L0 ${py}`, class: "guide", ...still }),
        make("circle", { cx: px, cy: py, r: 2.4, class: "point" })),
      make("p", { class: "ends" },
        make("span", {}, `x from ${format(-reach, 3)} to ${format(reach, 3)}`),
        make("span", {}, `x = ${format(x)}, y = ${format(value)}`)))];
  }

  function softmaxWorking({ classes }) {
    const reach = Math.max(...classes.map(({ probability }) => probability));
    const name = (i) => data.classes?.[i] ?? `${i}`;
    const rows = classes.map((entry) => make(
      "tr", entry.number === state.x ? { class: "chosen" } : {},
      make("th", { scope: "row", class: "title" },
        (entry.number === state.x ? "→ " : "") + name(entry.number)),
      cell(format(entry.logit)), cell(format(entry.exponential)), cell(format(entry.probability)),
      bar(entry.probability, reach, true)));
    return [make(
      "div", { class: "part wide" }, make("h4", {}, "The most likely classes"),
      table("", ["class", "#logit x", `#e^(x ${MINUS} largest)`, "#probability", ""], rows))];
  }

  const workings = {
    convolution: windowSumWorking, locally_connected: windowSumWorking, linear: linearWorking,
    max_pooling: poolingWorking, average_pooling: poolingWorking,
    local_response_normalization: normalizationWorking, spatial_normalization: normalizationWorking,
    relu: curveWorking, tanh: curveWorking, elu: curveWorking, batch_normalization: curveWorking,
    dropout: curveWorking, flatten: () => [], softmax: softmaxWorking,
  };

  // ---------------------------------------------------------------------------------------------
  // The page

  const state = { c: 0, y: 0, x: 0, inputChannel: undefined, shownInput: undefined };

  /** The choice of an image instead of one of its channels. */
  const wholeImage = -1;
  const unique = `alexnet-figure-${Math.random().toString(36).slice(2)}`;
  const included = data.weights && data.kind === "linear" ? data.weights.outputs : undefined;
  const [outputLayout, inputLayout] = [layoutOf(output), layoutOf(input)];

  /** An index as the program writes it: without channel and row if the output is a list of features. */
  const indexText = (c, y, x) => (isFeatures ? [x] : [c, y, x]).join(", ");
  const elementName = () => `${data.layer}[${indexText(state.c, state.y, state.x)}]`;

  /** A command, with a button that copies it. */
  function command(text, label) {
    const code = make("code", {}, text);
    const button = make("button", { type: "button", "aria-label": `Copy ${label ?? text}` }, "Copy");
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
        setTimeout(() => { button.textContent = "Copy"; }, 1500);
      } catch {
        // Without a clipboard, select it, so that Ctrl-C or a long press copies it.
        getSelection().selectAllChildren(code);
      }
    });
    return make("span", { class: "command" }, code, button);
  }

  const windowEdges = () => {
    if (settings.kernel === undefined || inputIsCut()) return {};
    const past = (outputs, size) =>
      Math.max(0, (outputs - 1) * settings.stride - settings.padding + settings.kernel - size);
    return {
      top: settings.padding, left: settings.padding,
      bottom: past(output.shape[1], input.shape[1]), right: past(output.shape[2], input.shape[2]),
    };
  };
  const inputIsCut = () => input.size[1] !== input.shape[1] || input.size[2] !== input.shape[2];

  /** Whether only some outputs of a fully connected layer have their weights here. */
  const chosenOnes = included !== undefined && included.length < output.shape[2];

  const parts = {};

  /** The place in the output of a cell of its map; undefined if there is none. */
  function outputPlace(row, column) {
    if (row < 0 || column < 0 || row >= outputLayout.height || column >= outputLayout.width) return;
    const [, , width] = output.size;
    if (!isFeatures) return [state.c, output.first[1] + row, output.first[2] + column];
    const i = row * outputLayout.width + column;
    return i < width ? [0, 0, output.first[2] + i] : undefined;
  }

  /** The cell of a map at which an element is drawn. */
  function cellOf(maps, layout, y, x) {
    const [row, column] = [y - maps.first[1], x - maps.first[2]];
    return layout.height * layout.width === maps.size[1] * maps.size[2] && layout.width === maps.size[2]
      ? [row, column] : [Math.floor(column / layout.width), column % layout.width];
  }

  /** A range of rows and columns of the input, as cells of its map. */
  function inputOutline({ rows, columns }, kind) {
    const [row, column] = cellOf(input, inputLayout, rows.from, columns.from);
    return {
      rows: { from: row, to: row + rows.to - rows.from },
      columns: { from: column, to: column + columns.to - columns.from }, kind,
    };
  }

  /** The output that a click on the input selects: the one whose window is around it. */
  function pickInput(row, column) {
    const [y, x] = inputLayout.width === input.size[2]
      ? [row + input.first[1], column + input.first[2]]
      : [0, row * inputLayout.width + column + input.first[2]];
    if (["linear", "flatten", "softmax"].includes(data.kind)) {
      if (data.kind === "softmax") select([0, 0, x]);
      return;
    }
    const place = (i, axis) => {
      const middle = settings.kernel === undefined
        ? i : Math.round((i + settings.padding - (settings.kernel - 1) / 2) / settings.stride);
      const { from, to } = output.range(axis);
      return Math.min(to - 1, Math.max(from, middle));
    };
    select([state.c, place(y, 1), place(x, 2)]);
  }

  function select(index) {
    if (index === undefined || !output.holds(index)) return;
    [state.c, state.y, state.x] = index;
    show();
  }

  /** Shows a channel of the input, and its products; `wholeImage` shows an image in colour. */
  function chooseInputChannel(channel) {
    state.inputChannel = channel === wholeImage ? undefined : channel;
    show();
  }

  /** Moves by rows and columns; over a fully connected layer, to the next output that has its weights. */
  function move(rows, columns) {
    if (included) {
      const step = Math.sign(rows + columns);
      const next = step > 0
        ? included.find((o) => o > state.x) : [...included].reverse().find((o) => o < state.x);
      if (next !== undefined) select([0, 0, next]);
      return;
    }
    if (isFeatures) {
      const { from, to } = output.range(2);
      const next = state.x + rows * outputLayout.width + columns;
      if (next >= from && next < to) select([0, 0, next]);
      return;
    }
    const kept = (i, axis) =>
      Math.min(output.range(axis).to - 1, Math.max(output.range(axis).from, i));
    select([state.c, kept(state.y + rows, 1), kept(state.x + columns, 2)]);
  }

  function moveChannel(by) {
    if (isFeatures) return move(0, by);
    const { from, to } = output.range(0);
    select([Math.min(to - 1, Math.max(from, state.c + by)), state.y, state.x]);
  }

  function press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? 10 : 1;
    const end = Math.max(...output.size);
    const actions = {
      ArrowUp: () => move(-far, 0), ArrowDown: () => move(far, 0),
      ArrowLeft: () => move(0, -far), ArrowRight: () => move(0, far),
      Home: () => (isFeatures ? select([0, 0, included?.[0] ?? output.range(2).from]) : move(0, -end)),
      End: () => (isFeatures
        ? select([0, 0, included?.[included.length - 1] ?? output.range(2).to - 1]) : move(0, end)),
      PageUp: () => moveChannel(-1), PageDown: () => moveChannel(1),
      "-": () => moveChannel(-1), "+": () => moveChannel(1), "=": () => moveChannel(1),
    };
    if (!(event.key in actions)) return;
    event.preventDefault();
    event.stopPropagation();
    actions[event.key]();
  }

  /** A choice of a channel, with buttons to both sides. Screen readers hear the `thing` to choose. */
  function stepper(label, { from, to }, choose, name = (channel) => `${channel}`, thing = label) {
    const options = [];
    for (let channel = from; channel < to; channel++) {
      options.push(make("option", { value: channel }, name(channel)));
    }
    const list = make("select", { "aria-label": thing }, ...options);
    list.addEventListener("change", () => choose(Number(list.value)));
    const step = (by, sign, words) => make("button", {
      type: "button", "aria-label": words,
      click: () => choose(Math.min(to - 1, Math.max(from, Number(list.value) + by))),
    }, sign);
    const element = make(
      "span", { class: "stepper" }, label + " ", step(-1, "‹", `Previous ${thing}`), list,
      step(1, "›", `Next ${thing}`));
    return { element, set: (channel) => { list.value = channel; } };
  }

  function build() {
    const channels = output.range(0);
    const several = channels.to - channels.from > 1;
    const keys = included || isFeatures
      ? `Arrow keys move from ${chosenOnes ? "one outlined value to the next" : "value to value"}.`
      : "Arrow keys move from value to value" +
        (several ? ", Page Up and Page Down (or + and −) from channel to channel." : ".");
    parts.output = new MapView(outputLayout.height, outputLayout.width, {
      onPick: (row, column) => select(outputPlace(row, column)),
      attributes: {
        tabindex: 0, role: "application", "aria-roledescription": "map of values",
        "aria-describedby": `${unique}-keys`, keydown: press,
      },
    });
    parts.input = new MapView(inputLayout.height, inputLayout.width, {
      edges: windowEdges(), onPick: pickInput,
      attributes: { role: "img" },
    });
    parts.outputStepper = several && stepper(
      "channel", channels, (channel) => select([channel, state.y, state.x]));
    const inputChannels = input.range(0);
    const choosesInput = inputChannels.to - inputChannels.from > 1 &&
      ["convolution", "locally_connected"].includes(data.kind);
    parts.inputStepper = choosesInput && (data.image
      ? stepper("show", { from: wholeImage, to: inputChannels.to }, chooseInputChannel,
        (channel) => (channel === wholeImage ? "the image" : `its ${channelName(channel)}`),
        "view of the input")
      : stepper("input channel", inputChannels, chooseInputChannel, channelName));
    for (const name of ["answer", "status", "words", "steps", "stored", "notes", "working",
      "outputCaption", "inputCaption", "outputLegend", "inputLegend"]) {
      parts[name] = make("div", { class: name });
    }
    parts.status = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
    parts.why = command("", "the command");
    parts.other = command("", "the command");

    const layers = make(
      "select", { "aria-label": "Another layer" },
      ...data.layers.map((name) => make("option", { value: name }, name)));
    const at = data.layers.indexOf(data.layer);
    layers.value = data.layers[at + 1 < data.layers.length ? at + 1 : Math.max(0, at - 1)];
    const setOther = () => {
      parts.other.querySelector("code").textContent = `explore ${layers.value}`;
    };
    layers.addEventListener("change", setOther);
    setOther();

    const shape = (maps, isList) => (isList ? `${maps.shape[2]}` : maps.shape.join("×"));
    const panel = (title, name, view, chooser, caption, legendPart) => make(
      "section", { class: `panel ${title.toLowerCase()}`, "aria-label": title },
      make("div", { class: "head" }, make("h4", {}, title, make("span", { class: "muted" }, ` ${name}`)),
        chooser ? chooser.element : ""),
      view.element, legendPart, caption);
    if (several) {
      parts.maps = make("canvas", { "aria-hidden": "true" });
      parts.mapsMarks = make("svg", { preserveAspectRatio: "none", "aria-hidden": "true" });
      parts.mapsLegend = make("div");
    }

    const page = make(
      "div", { class: "page" },
      make(
        "header", {},
        make("h3", {}, data.layer, make("span", { class: "muted" }, ` ${data.words}`)),
        make("p", { class: "shapes" }, `${data.source} ${shape(input, data.input.isFeatures)} → ` +
          `${data.layer} ${shape(output, isFeatures)}`)),
      parts.answer, parts.words, parts.status,
      make(
        "div", { class: "panels" },
        panel("Output", data.layer, parts.output, parts.outputStepper, make(
          "div", {}, parts.outputCaption,
          make("p", { class: "note", id: `${unique}-keys` }, `Click a value. ${keys}`)),
          parts.outputLegend),
        panel("Input", data.source, parts.input, parts.inputStepper, parts.inputCaption, parts.inputLegend)),
      make("div", { class: "result" }, parts.steps, parts.stored, parts.notes),
      parts.working,
      several ? make(
        "div", { class: "part wide" },
        make("h4", {}, `${count(channels.to - channels.from, "map")} of ${data.layer}`,
          make("span", { class: "muted" }, ` channels ${span(channels)}, all on one scale`)),
        make("div", { class: "map all" }, parts.maps, parts.mapsMarks), parts.mapsLegend) : "",
      make(
        "footer", {},
        make("p", {}, "At the prompt: ", parts.why),
        make("p", {}, "Another layer: ", layers, " ", parts.other),
        data.included ? make("p", { class: "note" }, data.included) : ""));
    const alone = root.querySelector(".alone");
    alone.replaceWith(page);
    if (several) {
      const channelAt = (event) => {
        const box = parts.maps.getBoundingClientRect();
        const place = (at, size, tiles) => Math.min(tiles - 1, Math.max(0, Math.floor((at / size) * tiles)));
        const channel = channels.from + place(event.clientX - box.left, box.width, parts.columns) +
          place(event.clientY - box.top, box.height, parts.rows) * parts.columns;
        return channel < channels.to ? channel : undefined;
      };
      const maps = parts.maps.parentElement;
      maps.addEventListener("click", (event) => {
        const channel = channelAt(event);
        if (channel !== undefined) select([channel, state.y, state.x]);
      });
      maps.addEventListener("pointermove", (event) => {
        const channel = channelAt(event);
        maps.title = channel === undefined ? "" : `channel ${channel}`;
      });
      drawAll();
    }
  }

  /** All maps side by side on one scale, a few at a time so that the page stays responsive. */
  function drawAll() {
    const { from, to } = output.range(0);
    const [n, height, width] = output.size;
    parts.columns = Math.max(1, Math.min(n, Math.round(Math.sqrt((2.6 * n * (height + 1)) / (width + 1)))));
    parts.rows = Math.ceil(n / parts.columns);
    parts.maps.width = parts.columns * (width + 1) - 1;
    parts.maps.height = parts.rows * (height + 1) - 1;
    parts.mapsMarks.setAttribute("viewBox", `0 0 ${parts.maps.width} ${parts.maps.height}`);
    const [run, context] = [(parts.run ?? 0) + 1, parts.maps.getContext("2d")];
    parts.run = run;
    let next = from;
    const measure = () => {
      const end = performance.now() + 12;
      while (next < to && performance.now() < end) output.reach(next++);
      if (parts.run !== run) return;
      if (next < to) return void setTimeout(measure);
      const reach = Math.max(...Array.from({ length: n }, (_, i) => output.reach(from + i)));
      let hasNegative = false;
      for (let c = from; c < to; c++) {
        const plane = output.plane(c);
        hasNegative ||= plane.some((value) => value < 0);
        context.putImageData(
          painted(height, width, (i) => colour(plane[i], reach)),
          ((c - from) % parts.columns) * (width + 1), Math.floor((c - from) / parts.columns) * (height + 1));
      }
      parts.mapsLegend.replaceChildren(legend(reach, hasNegative));
    };
    measure();
  }

  /** Outlines one of all the maps. */
  function markMap(place) {
    const [, height, width] = output.size;
    const at = {
      x: (place % parts.columns) * (width + 1), y: Math.floor(place / parts.columns) * (height + 1),
      width, height, "vector-effect": "non-scaling-stroke",
    };
    parts.mapsMarks.replaceChildren(
      make("rect", { ...at, class: "halo" }), make("rect", at));
  }

  /** Paints a channel of the input or output and says what its colours mean. */
  function paintMap(view, layout, maps, channel, legendPart) {
    const plane = maps.plane(channel);
    const reach = maps.reach(channel);
    view.paint((i) => (i < plane.length ? colour(plane[i], reach) : undefined));
    legendPart.replaceChildren(legend(reach, plane.some((value) => value < 0)));
  }

  /** Paints the image as it looked before it was prepared. */
  function paintImage() {
    const { scale, mean, deviation } = data.image;
    const planes = mean.map((_, c) => input.plane(c));
    parts.input.paint((i) => [0, 1, 2].map((c) => {
      const j = mean.length === 1 ? 0 : c;
      return Math.round(((planes[j][i] * deviation[j] + mean[j]) * 255) / scale);
    }));
    parts.inputLegend.replaceChildren(
      make("p", { class: "note" }, "Shown as the image was; the layer reads its prepared values."));
  }

  /** Which channel of the input belongs to an output. */
  function inputChannelOf(explanation) {
    if (explanation?.channels) return shownGroup(explanation).number;
    if (explanation?.inputChannel !== undefined) return explanation.inputChannel;
    return input.shape[0] === 1 ? 0 : state.c;
  }

  /** Shows the selected value and where it came from. */
  function show() {
    const { c, y, x } = state;
    const explanation = explainers[data.kind](c, y, x);
    const stored = output.at(c, y, x);
    const check = explanation && compare(explanation, stored);
    const value = explanation ? explanation.value : stored;
    const name = elementName();
    const className = isFeatures && data.classes?.length === output.shape[2] ? data.classes[x] : undefined;

    parts.answer.replaceChildren(
      make("span", { class: "name" }, name), " = ", make("strong", {}, format(value)),
      className === undefined ? "" : make("span", { class: "muted" }, `  ${className}`));
    parts.words.textContent = explanation
      ? `${explanation.formula}   ${explanation.words}`
      : `Its ${grouped(data.weights.count)} weights aren't in this figure.`;
    parts.steps.replaceChildren(...(explanation?.steps ?? []).map((step) => make(
      "p", { class: "step" }, make("span", { class: "symbol" }, `${step.symbol} `), make("span", {}, step.text))));
    parts.stored.replaceChildren(
      make("span", { class: "symbol" }, "stored "), make("strong", {}, shortestFloat(stored)),
      check ? make("span", { class: check.agrees ? "good" : "bad" }, `  ${check.text}`) : "",
      check ? make("span", { class: "muted" }, `  (${check.remark})`) : "");
    parts.notes.replaceChildren(
      ...(explanation?.notes ?? []).map((note) => make("p", { class: "note" }, note)));
    parts.status.textContent = explanation
      ? `${name}: ${explanation.sentence} ${format(value)}. Stored: ${shortestFloat(stored)}, ` +
        `${check.text.slice(2)}.`
      : `${name} is ${format(stored)}. Its weights aren't in this figure; explore ${name} has them.`;

    parts.output.element.setAttribute("aria-label", isFeatures
      ? `Output of ${data.layer}: ${grouped(output.shape[2])} values, ${x} chosen`
      : `Output of ${data.layer}: channel ${c}, row ${y}, column ${x} chosen`);
    if (state.shownOutput !== c) {
      paintMap(parts.output, outputLayout, output, c, parts.outputLegend);
      state.shownOutput = c;
    }
    if (parts.outputStepper) {
      parts.outputStepper.set(c);
      markMap(c - output.first[0]);
    }
    const [row, column] = cellOf(output, outputLayout, y, x);
    const outlines = [{ rows: { from: row, to: row + 1 }, columns: { from: column, to: column + 1 } }];
    const shared = new Set((explanation?.values ?? []).flatMap(
      (entry) => (entry.windows ?? []).map(([p, q]) => `${p} ${q}`)));
    for (const key of shared) {
      const [p, q] = key.split(" ").map(Number);
      if ((p === y && q === x) || !output.holds([c, p, q])) continue;
      const [r, s] = cellOf(output, outputLayout, p, q);
      outlines.unshift({
        rows: { from: r, to: r + 1 }, columns: { from: s, to: s + 1 }, kind: "sharing" });
    }
    if (chosenOnes) {
      for (const o of included) {
        const [r, s] = cellOf(output, outputLayout, 0, o);
        outlines.unshift({
          rows: { from: r, to: r + 1 }, columns: { from: s, to: s + 1 }, kind: "sharing" });
      }
    }
    parts.output.outline(outlines);
    parts.outputCaption.textContent = isFeatures
      ? `value ${x} of ${grouped(output.shape[2])}` : `channel ${c}, row ${y}, column ${x}`;

    const channel = inputChannelOf(explanation);
    const isImage = data.image && (!parts.inputStepper || state.inputChannel === undefined);
    if (parts.inputStepper) parts.inputStepper.set(isImage ? wholeImage : channel);
    const shown = isImage ? wholeImage : channel;
    if (state.shownInput !== shown) {
      if (isImage) paintImage();
      else paintMap(parts.input, inputLayout, input, channel, parts.inputLegend);
      state.shownInput = shown;
    }
    const windows = [];
    if (data.kind === "linear" && explanation) {
      for (const term of explanation.sum.largest(12)) {
        windows.push(inputOutline(pixel(0, term.xAt[0]), "sharing"));
      }
    }
    if (explanation?.window) windows.push(inputOutline(wholeWindow(explanation.window)));
    if (explanation?.winner) {
      windows.push(inputOutline(pixel(explanation.winner.y, explanation.winner.x), "winner"));
    }
    parts.input.outline(windows);
    const where = explanation?.window;
    const onMap = where && !data.input.isFeatures
      ? `${named("row", where.rows)}, ${named("column", where.columns)}` : "";
    parts.inputCaption.textContent = [
      isImage || input.shape[0] === 1 ? "" : `channel ${channelName(channel)}`, onMap]
      .filter(Boolean).join(", ");
    parts.input.element.setAttribute(
      "aria-label", `Input, ${data.source}${onMap ? `: the window is ${onMap}` : ""}`);

    parts.working.dataset.kind = data.kind;
    parts.working.replaceChildren(...(explanation ? workings[data.kind](explanation) : []));
    parts.why.querySelector("code").textContent = explanation
      ? `why ${name}` : `explore ${name}`;
  }

  /** A window with its rows and columns outside the map, as far as they are drawn. */
  function wholeWindow({ rows, columns }) {
    const whole = (axis) => (axis.start === undefined || inputIsCut()
      ? axis : { from: axis.start, to: axis.start + settings.kernel });
    return { rows: whole(rows), columns: whole(columns) };
  }

  /** Paints everything again when the theme around the figure changes. */
  function followTheme() {
    const repaint = () => {
      const now = themeAround();
      if (now === theme) return;
      theme = now;
      [state.shownInput, state.shownOutput] = [undefined, undefined];
      root.dataset.theme = theme;
      show();
      if (parts.maps) drawAll();
    };
    root.dataset.theme = theme;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => setTimeout(repaint));
    new MutationObserver(repaint).observe(document.body, {
      attributes: true, attributeFilter: ["class", "style", "data-jp-theme-name", "data-jp-theme-light"],
    });
  }

  build();
  followTheme();
  select(isFeatures ? [0, 0, data.selected[0]] : data.selected);
  root.figure = {
    select: (index) => select(isFeatures ? [0, 0, ...index] : index),
    stored: (index) => output.at(...(isFeatures ? [0, 0, ...index] : index)),
  };
})();
