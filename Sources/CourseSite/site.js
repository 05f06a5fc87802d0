// The script of the course's pages: checks answers, keeps progress, searches. It loads nothing.
//
// The first part reads an answer as the program does: the same notations, tolerances and diagnoses.
// A page has no network to run, so an answer is arithmetic on numbers; layers need the program.
"use strict";

// ---------------------------------------------------------------------------------------------
// Notation: what people type, in the notation of the expression language
// ---------------------------------------------------------------------------------------------

/** Why a text isn't an answer to a question; it doesn't count as a miss. */
class Unreadable extends Error {
  constructor(message, hint) {
    super(message);
    this.hint = hint;
  }
}

const characters = (text) => Array.from(text);
const isDigit = (c) => c !== undefined && c >= "0" && c <= "9";
const isLetter = (c) => c !== undefined && /^\p{L}/u.test(c);
const isNumeric = (c) => c !== undefined && /^\p{N}/u.test(c);
const startsName = (c) => c !== undefined && (c === "_" || /^\p{XID_Start}/u.test(c));
const continuesName = (c) =>
  c !== undefined && c !== "\u00B7" && c !== "\u0387" && /^\p{XID_Continue}/u.test(c);
const trimSpaces = (text) => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");

/** An answer without the characters around it: spaces, quotation marks, everything up to an `=`. */
function tidy(text, isList = false) {
  text = trimSpaces(
    text.replace(/[\u200B\u200C\u200D\u2060\uFEFF]/gu, "").replace(/\p{White_Space}/gu, " "));
  for (const [open, close] of [["`", "`"], ["“", "”"], ["‘", "’"], ["\"", "\""], ["'", "'"]]) {
    if (text.length > 1 && text.startsWith(open) && text.endsWith(close)
      && text.indexOf(close, 1) === text.length - 1) {
      text = trimSpaces(text.slice(1, -1));
    }
  }
  const isNamed = isList && text.split("=").length > 2;
  if (!text.startsWith("let ") && !isNamed) text = lastSide(text);
  while (/^[≈~]/.test(text)) text = trimSpaces(text.slice(1));
  if (text.endsWith(".") && !text.endsWith("..")) text = trimSpaces(text.slice(0, -1));
  return text;
}

/** The last side of an equation: `12288` in `64*64*3 = 12288`. */
function lastSide(text) {
  const place = text.lastIndexOf("=");
  if (place < 0) return text;
  if (place > 0 && "=<>!".includes(text[place - 1])) return text;
  const side = trimSpaces(text.slice(place + 1));
  return side === "" ? trimSpaces(text.slice(0, place)) : side;
}

/** A text without thousands separators in its whole numbers, except in brackets. */
function withoutGroups(text) {
  const all = characters(text);
  let result = "";
  let depth = 0;
  for (let place = 0; place < all.length;) {
    const c = all[place];
    if ("([".includes(c)) depth += 1;
    if (")]".includes(c)) depth -= 1;
    let end = place;
    while (isDigit(all[end])) end += 1;
    if (end === place) {
      result += c;
      place += 1;
      continue;
    }
    const before = all[place - 1];
    const isStart =
      place === 0 || !(isLetter(before) || isNumeric(before) || "._".includes(before));
    const first = all.slice(place, end).join("");
    let number = first;
    while (depth === 0 && isStart && first.length <= 3 && first[0] !== "0" && end + 3 < all.length
      && ", '’".includes(all[end]) && all.slice(end + 1, end + 4).every(isDigit)
      && !isDigit(all[end + 4])) {
      number += all.slice(end + 1, end + 4).join("");
      end += 4;
    }
    result += number;
    place = end;
  }
  return result;
}

/** How to write a number with a decimal comma, or with points between thousands; else null. */
function foreignNumber(text) {
  const [, sign, digits] = /^([-+−]*)(.*)$/su.exec(text);
  if (!isDigit(digits[0]) || !/^[0-9,.]*$/.test(digits)) return null;
  const commas = digits.split(",");
  const points = commas[0].split(".");
  if (points.length > 2 || (points.length === 2 && commas.length === 2)) {
    if (commas.length > 2 || !points.slice(1).every((group) => group.length === 3)
      || commas.slice(1).some((part) => part.includes("."))) return null;
    const whole = points.join("") + (commas.length === 2 ? "." + commas[1] : "");
    return {
      message: "a point is a decimal point here, not a thousands separator", number: sign + whole,
    };
  }
  if (commas.length !== 2 || points.length !== 1 || commas[1] === "" || commas[1].includes(".")) {
    return null;
  }
  return { message: "decimals are written with a point here", number: `${sign}${commas[0]}.${commas[1]}` };
}

const superscripts = {
  "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8", "⁹": "9",
  "⁻": "-",
};
const fractions = {
  "½": "(1 / 2)", "⅓": "(1 / 3)", "⅔": "(2 / 3)", "¼": "(1 / 4)", "¾": "(3 / 4)", "⅕": "(1 / 5)",
  "⅛": "(1 / 8)",
};
/** Functions whose argument may follow without parentheses. */
const bareFunctions = { log: "log", ln: "log", sqrt: "sqrt", exp: "exp" };

/** An answer in the notation of the expression language: `ln 1000`, `2^20`, `.5`. */
function expressionOf(text) {
  const all = characters(text);
  let place = 0;
  let result = "";
  const follows = (set) => {
    const before = all[place - 1];
    return before !== undefined
      && (set.includes(before) || isDigit(before) || continuesName(before));
  };
  const digits = () => {
    while (isDigit(all[place]) || all[place] === "_") result += all[place++];
  };
  const number = () => {
    if (all[place] === ".") result += "0";
    digits();
    if (all[place] === "." && isDigit(all[place + 1])) {
      result += ".";
      place += 1;
      digits();
    } else if (all[place] === "." && all[place + 1] !== "." && !startsName(all[place + 1])) {
      place += 1;
    }
    // An exponent, or hexadecimal digits.
    while (continuesName(all[place])) {
      const next = all[place];
      result += next;
      place += 1;
      if ((next === "e" || next === "E") && ["-", "+", "−"].includes(all[place])
        && isDigit(all[place + 1])) {
        result += all[place];
        place += 1;
      }
    }
  };
  const word = () => {
    let found = "";
    while (continuesName(all[place]) && superscripts[all[place]] === undefined) {
      found += all[place++];
    }
    return found;
  };
  const isPower = () => {
    let next = place;
    while (all[next] === " ") next += 1;
    return all[next] === "^" || superscripts[all[next]] !== undefined
      || (all[next] === "*" && all[next + 1] === "*");
  };
  const call = (name) => {
    result += name;
    const start = place;
    while (all[place] === " ") place += 1;
    if (!(isDigit(all[place]) || all[place] === "." || startsName(all[place]))) {
      place = start;
      return;
    }
    result += "(";
    if (startsName(all[place])) result += word(); else number();
    result += ")";
  };
  while (place < all.length) {
    const c = all[place];
    if (isDigit(c) || (c === "." && isDigit(all[place + 1]) && !follows([".", ")", "]"]))) {
      number();
    } else if (c === "^") {
      place += 1;
      result += "**";
    } else if (c === "√") {
      place += 1;
      call("sqrt");
    } else if (superscripts[c] !== undefined) {
      result += " ** (";
      while (superscripts[all[place]] !== undefined) result += superscripts[all[place++]];
      result += ")";
    } else if (fractions[c] !== undefined) {
      result += fractions[c];
      place += 1;
    } else if (startsName(c)) {
      const name = word();
      if (name === "e" && isPower()) result += "exp(1)";
      else if (name === "π") result += "pi";
      else if (Object.hasOwn(bareFunctions, name)) call(bareFunctions[name]);
      else result += name;
    } else {
      result += c;
      place += 1;
    }
  }
  return result;
}

// ---------------------------------------------------------------------------------------------
// Arithmetic: numbers, lists, truth values
// ---------------------------------------------------------------------------------------------

const halvesAway = (x) => (x < 0 ? -Math.round(-x) : Math.round(x));
const flat = (values) =>
  values.length === 1 && Array.isArray(values[0]) ? values[0] : values;
const reduced = (name, values, body) => {
  const numbers = flat(values);
  if (numbers.length === 0 || !numbers.every((x) => typeof x === "number")) {
    throw new Unreadable(`${name} needs numbers`);
  }
  return body(numbers);
};
const functions = {
  abs: [1, Math.abs], sqrt: [1, Math.sqrt], exp: [1, Math.exp], log: [1, Math.log],
  tanh: [1, Math.tanh], floor: [1, Math.floor], ceil: [1, Math.ceil], round: [1, halvesAway],
  pow: [2, (x, y) => x ** y],
};
const reductions = {
  min: (numbers) => Math.min(...numbers), max: (numbers) => Math.max(...numbers),
  sum: (numbers) => numbers.reduce((a, b) => a + b, 0),
  mean: (numbers) => numbers.reduce((a, b) => a + b, 0) / numbers.length,
};
const constants = { pi: Math.PI, nan: NaN, inf: Infinity, true: true, false: false };
const operators = [
  ["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="], ["...", "..<"], ["+", "-"], ["*", "/", "%"],
];
const spellings = {
  "−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/", "≤": "<=",
  "≥": ">=", "≠": "!=", "…": "...",
};

/** The tokens of an expression: numbers, names, texts and symbols. */
function tokensOf(source) {
  const pattern = new RegExp(
    "(?<space>\\s+)|0[xX](?<hex>[0-9a-fA-F_]+)"
    + "|(?<number>[0-9][0-9_]*(?:\\.[0-9][0-9_]*)?(?:[eE][-+−]?[0-9]+)?)"
    + "|(?<name>[\\p{XID_Start}_]\\p{XID_Continue}*)|\"(?<text>[^\"]*)\""
    + "|(?<symbol>\\*\\*|\\.\\.\\.|\\.\\.<|==|!=|<=|>=|&&|\\|\\||[-+*/%()\\[\\],.:<>!−–×·⋅∙÷∕≤≥≠…])",
    "yu");
  const tokens = [];
  for (let place = 0; place < source.length;) {
    pattern.lastIndex = place;
    const found = pattern.exec(source)?.groups;
    if (!found) {
      throw new Unreadable(`${String.fromCodePoint(source.codePointAt(place))} has no meaning here`);
    }
    if (found.number !== undefined || found.hex !== undefined) {
      const value = found.hex === undefined
        ? Number(found.number.replaceAll("_", "").replace("−", "-"))
        : parseInt(found.hex.replaceAll("_", ""), 16);
      if (continuesName(source[pattern.lastIndex])) {
        throw new Unreadable(
          `${source.slice(place, pattern.lastIndex + 1)}… is neither a number nor a name`,
          "write a product as 2 * a");
      }
      if (!Number.isFinite(value)) throw new Unreadable("this number is too large");
      tokens.push({ number: value });
    } else if (found.name !== undefined) {
      tokens.push({ name: found.name });
    } else if (found.text !== undefined) {
      tokens.push({ text: found.text });
    } else if (found.symbol !== undefined) {
      tokens.push({ symbol: spellings[found.symbol] ?? found.symbol });
    }
    place = pattern.lastIndex;
  }
  return tokens;
}

/** The value of an expression: a number, a truth value, a text, a list or a range. */
function evaluate(text) {
  const tokens = tokensOf(expressionOf(text));
  let place = 0;
  let depth = 0;
  const symbol = () => tokens[place]?.symbol;
  const take = (wanted) => {
    if (symbol() !== wanted) return false;
    place += 1;
    return true;
  };
  const expect = (wanted) => {
    if (!take(wanted)) throw new Unreadable(`${wanted} is missing`);
  };
  const number = (value, sign) => {
    if (typeof value !== "number") throw new Unreadable(`${sign} needs numbers`);
    return value;
  };
  const truth = (value, sign) => {
    if (typeof value !== "boolean") throw new Unreadable(`${sign} needs true or false`);
    return value;
  };
  const list = (close) => {
    const values = [];
    if (take(close)) return values;
    do values.push(infix(0)); while (take(","));
    expect(close);
    return values;
  };
  const compute = (a, sign, b) => {
    if (sign === "==" || sign === "!=") {
      return (JSON.stringify(a) === JSON.stringify(b)) === (sign === "==");
    }
    if (sign === "&&" || sign === "||") {
      const [x, y] = [truth(a, sign), truth(b, sign)];
      return sign === "&&" ? x && y : x || y;
    }
    const [x, y] = [number(a, sign), number(b, sign)];
    switch (sign) {
      case "+": return x + y;
      case "-": return x - y;
      case "*": return x * y;
      case "/": return x / y;
      case "%": return x % y;
      case "<": return x < y;
      case "<=": return x <= y;
      case ">": return x > y;
      case ">=": return x >= y;
      default: return { lower: x, upper: sign === "..." ? y + 1 : y };
    }
  };
  const infix = (level) => {
    if (level === operators.length) return prefix();
    let left = infix(level + 1);
    let count = 0;
    while (operators[level].includes(symbol())) {
      const sign = symbol();
      if ((level === 2 || level === 3) && count++ > 0) throw new Unreadable(`${sign} does not chain`);
      place += 1;
      left = compute(left, sign, infix(level + 1));
    }
    return left;
  };
  const nested = (body) => {
    depth += 1;
    if (depth > 200) throw new Unreadable("the expression is nested too deep");
    const value = body();
    depth -= 1;
    return value;
  };
  const prefix = () => {
    for (const sign of ["-", "+", "!"]) {
      if (!take(sign)) continue;
      const operand = nested(prefix);
      if (sign === "!") return !truth(operand, sign);
      return sign === "-" ? -number(operand, sign) : number(operand, sign);
    }
    return power();
  };
  const power = () => {
    const base = operand();
    if (!take("**")) return base;
    // A power binds to the right, and tighter than a sign before it.
    const exponent = nested(prefix);
    return number(base, "**") ** number(exponent, "**");
  };
  const operand = () => {
    const token = tokens[place];
    if (token === undefined) throw new Unreadable("something is missing at the end");
    place += 1;
    if (token.number !== undefined) return token.number;
    if (token.text !== undefined) return { text: token.text };
    if (token.symbol === "(") {
      return nested(() => {
        const value = infix(0);
        expect(")");
        return value;
      });
    }
    if (token.symbol === "[") return nested(() => list("]"));
    if (token.name === undefined) throw new Unreadable(`${token.symbol} is not expected here`);
    if (Object.hasOwn(constants, token.name)) return constants[token.name];
    if (symbol() === "(") {
      place += 1;
      const values = nested(() => list(")"));
      if (Object.hasOwn(reductions, token.name)) {
        return reduced(token.name, values, reductions[token.name]);
      }
      if (Object.hasOwn(functions, token.name)) {
        const [count, body] = functions[token.name];
        if (values.length !== count) throw new Unreadable(`${token.name} takes ${count} of them`);
        return body(...values.map((value) => number(value, token.name)));
      }
    }
    throw new Unreadable(
      `a page can't compute ${token.name}`, "layers and their functions need the program");
  };
  const value = infix(0);
  if (place < tokens.length) {
    const { symbol, name, number } = tokens[place];
    throw new Unreadable(`${symbol ?? name ?? number ?? "text"} is not expected here`);
  }
  return value;
}

// ---------------------------------------------------------------------------------------------
// Units: the words that may surround a number
// ---------------------------------------------------------------------------------------------

const neutral = new Set(
  ["number", "about", "exactly", "from", "row", "column", "channel", "first", "last", "in", "all",
    "the", "of", "and", "lowest", "highest"]);
const measures = {
  "%": "percent", percent: "percent", "per cent": "percent", pct: "percent", point: "point",
  "percentage point": "point", px: "pixel", pixel: "pixel", x: "time", "×": "time", time: "time",
  fold: "time", "-fold": "time", byte: "byte", bit: "bit", nat: "nat", kb: "kilobyte",
  kib: "kilobyte", kilobyte: "kilobyte", kibibyte: "kilobyte", mb: "megabyte", mib: "megabyte",
  megabyte: "megabyte", mebibyte: "megabyte", gb: "gigabyte", gib: "gigabyte", gigabyte: "gigabyte",
  gibibyte: "gigabyte",
};
const stem = (word) => {
  word = word.toLowerCase();
  return characters(word).length > 3 && word.endsWith("s") ? word.slice(0, -1) : word;
};
/** The same name for all spellings of a unit: MB and MiB give the same, KB doesn't. */
const measure = (word) => {
  const key = stem(trimSpaces(word));
  return Object.hasOwn(measures, key) ? measures[key] : null;
};

/** What the words after a number divide it by: 100 for percent, otherwise usually 1. */
function divisor(words, { unit, question }) {
  words = trimSpaces(words.toLowerCase());
  if (words === "") return 1;
  const found = measure(words);
  const own = unit == null ? null : measure(unit);
  if (found !== null) {
    if (found === own) return 1;
    if (found === "percent") return own === "percent" || own === "point" ? 1 : 100;
    if (own !== null) throw new Unreadable(`give the answer in ${unit}`, "type the number alone");
  }
  for (const word of words.split(" ").filter((part) => part !== "")) {
    const root = stem(word);
    const kind = measure(word);
    const isKnown = neutral.has(root) || stem(unit ?? "") === root
      || (kind !== null && unit != null
        ? kind === own : characters(root).length > 2 && question.toLowerCase().includes(root));
    if (!isKnown) {
      throw new Unreadable(`‘${word}’ isn't part of the question`, "type the number alone");
    }
  }
  return 1;
}

// ---------------------------------------------------------------------------------------------
// Reading an answer
// ---------------------------------------------------------------------------------------------

const countWords = ["no", "one", "two", "three", "four", "five", "six"];
const counted = (count) => countWords[count] ?? String(count);
const described = ({ kind, count }) =>
  ({ number: "a number", truth: "yes or no", layer: "the name of a layer", word: "a word" })[kind]
  ?? `${counted(count)} numbers`;

/** The error that says what to type. */
function wanted(question, hint) {
  if (question.kind === "number") {
    return new Unreadable("type a number or an expression", hint ?? "such as 3 * 4");
  }
  return new Unreadable(`type ${described(question)}`, hint);
}

const misfit = (question) =>
  new Unreadable(`${described(question)} ${question.count > 1 ? "are" : "is"} wanted here`);

/** What is wrong with a list that has more or fewer numbers than are wanted; null for any other value. */
function countMisfit(value, { kind, count }) {
  if (kind !== "list" || !Array.isArray(value) || value.length === count) return null;
  const given = value.length === 1 ? "this is one" : `these are ${counted(value.length)}`;
  return `${counted(count)} numbers are wanted, but ${given}`;
}

/** The value of an expression; an answer in words is asked for as the question wants it. */
function valueOf(text, question) {
  try {
    return evaluate(text);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const isWords = characters(expressionOf(text)).every((c) => isLetter(c) || " -'’.,!?:;".includes(c));
    throw isWords ? wanted(question) : error;
  }
}

/** The number of decimals of a plain number; null for anything else. */
function decimalsOf(text) {
  const digits = text.replace(/^[-+−]+/u, "");
  if (!/^[0-9]*(\.[0-9]*)?$/.test(digits) || digits === "") return null;
  return digits.includes(".") ? digits.split(".")[1].length : 0;
}

/** `12.288` as 12288, for people who write a point between thousands; else null. */
function pointedThousands(text) {
  const digits = text.replace(/^[-+−]+/u, "");
  return /^[1-9][0-9]{0,2}\.[0-9]{3}$/.test(digits) ? text.replace(".", "") : null;
}

/** A text with every `x` between two numbers replaced by `*`: `27 x 27`. */
function product(text) {
  const all = characters(text);
  return all.map((c, place) => {
    if (c !== "x" && c !== "X") return c;
    const before = all.slice(0, place).filter((other) => other !== " ").at(-1);
    const after = all.slice(place + 1).find((other) => other !== " ");
    const isHexadecimal = all[place - 1] === "0" && !isDigit(all[place - 2]);
    return isDigit(before) && isDigit(after) && !isHexadecimal ? "*" : c;
  }).join("");
}

/** Splits a text into a number and the words before and after it: `byte 215`, `614 px`. */
function partsOf(text) {
  let core = characters(text);
  let [before, after] = ["", ""];
  const last = core.findLastIndex((c) => isNumeric(c) || ")].".includes(c));
  if (last >= 0 && core.slice(last + 1).every((c) => isLetter(c) || " -%×/".includes(c))) {
    after = trimSpaces(core.slice(last + 1).join(""));
    core = core.slice(0, last + 1);
  }
  let length = 0;
  while (isLetter(core[length])) length += 1;
  const word = core.slice(0, length).join("");
  let rest = core.slice(length);
  while (rest[0] === " ") rest = rest.slice(1);
  const isFunction = Object.hasOwn(functions, word) || Object.hasOwn(reductions, word);
  if (word !== "" && !isFunction && word !== "ln" && word !== "let"
    && isNumeric(rest.find((c) => !"-−+.".includes(c)))) {
    before = word;
    core = rest;
  }
  return { before, core: trimSpaces(core.join("")), after };
}

const sentence = ({ message, number }) =>
  `${message[0].toUpperCase()}${message.slice(1)}: write ${number}.`;

/** The possible meanings of a number, most likely first. */
function numbersIn(text, question) {
  const foreign = foreignNumber(text);
  const plain = withoutGroups(/[xX]/.test(text) ? product(text) : text);
  if (foreign && (plain.includes(",") || plain.split(".").length > 2)) {
    throw new Unreadable(foreign.message, foreign.number);
  }
  let value;
  try {
    value = valueOf(plain, question);
    if (typeof value !== "number") throw misfit(question);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    const { before, core, after } = partsOf(text);
    if (core === "" || (before === "" && after === "")) throw error;
    if (before !== "") {
      let factor = 0;
      try { factor = divisor(before, question); } catch { /* not a word of the question */ }
      if (factor !== 1) throw error;
    }
    const readings = numbersIn(core, question);
    const factor = divisor(after, question);
    if (factor === 1) return readings;
    return readings.map((reading) => ({
      ...reading, value: reading.value / factor,
      decimals: reading.decimals === null ? null : reading.decimals + 2,
    }));
  }
  const readings = [{ value, decimals: decimalsOf(plain), notation: null }];
  const pointed = pointedThousands(text);
  if (foreign) {
    readings.push(
      { value: valueOf(foreign.number, question), decimals: null, notation: sentence(foreign) });
  } else if (pointed !== null) {
    const remark = { message: "a point is a decimal point here", number: pointed };
    readings.push({ value: valueOf(pointed, question), decimals: null, notation: sentence(remark) });
  }
  return readings;
}

/** The pieces between separators, ignoring those in brackets; empty if there is none. */
function parted(text, separators) {
  const pieces = [""];
  let depth = 0;
  let rest = text;
  while (rest !== "") {
    const first = String.fromCodePoint(rest.codePointAt(0));
    if ("([".includes(first)) depth += 1;
    if (")]".includes(first)) depth -= 1;
    if (depth < 0) return [];
    const separator = depth === 0 ? separators.find((one) => rest.startsWith(one)) : undefined;
    if (separator !== undefined) {
      if (!(separator === " " && pieces.at(-1) === "")) pieces.push("");
      rest = rest.slice(separator.length);
    } else {
      pieces[pieces.length - 1] += first;
      rest = rest.slice(first.length);
    }
  }
  return pieces.length > 1 ? pieces : [];
}

/** The ways to split a text into pieces; those with the expected count come first. */
function piecesOf(text, count) {
  let ways = [
    parted(text, [",", ";"]), parted(text, [", ", ";"]),
    parted(text, [", and ", " and ", ",", ";", "&"]),
    parted(text, ["x", "X", "×"]).filter((piece) => characters(piece).some(isNumeric)),
  ];
  if (count === 2) {
    ways.push(
      parted(text, ["...", "…"]), parted(text, [".."]),
      parted(text, [" to ", " through ", "–", "—", " - "]), parted(text, ["-", "−"]));
    if (text.includes("..<")) ways = [];
  }
  ways.push(parted(text, [" "]));
  ways = ways.map((way) => (trimSpaces(way.at(-1) ?? "x") === "" ? way.slice(0, -1) : way));
  return [
    ...ways.filter((way) => way.length === count),
    ...ways.filter((way) => way.length > 1 && way.length !== count),
  ];
}

/** A text without a pair of brackets around all of it. */
function withoutBrackets(text) {
  for (const [open, close] of [["[", "]"], ["(", ")"], ["{", "}"]]) {
    if (!text.startsWith(open) || !text.endsWith(close) || text.length < 2) continue;
    const inner = text.slice(1, -1);
    if (!/[[\](){}]/.test(inner) || parted(inner, [","]).length > 0) return trimSpaces(inner);
  }
  return text;
}

/** Several numbers, with any usual separator; they needn't be as many as the question asks for. */
function listsIn(text, question) {
  const { count } = question;
  const readings = (numbers) => [{ value: numbers, decimals: null, notation: null }];
  const numbersOf = (pieces) => {
    try {
      return pieces.map((piece) => {
        const one = tidy(piece);
        if (one === "") throw misfit(question);
        return numbersIn(one, { ...question, kind: "number" })[0].value;
      });
    } catch (error) {
      if (error instanceof Unreadable) return null;
      throw error;
    }
  };
  let other = null;
  for (const pieces of piecesOf(withoutBrackets(text), count)) {
    const numbers = numbersOf(pieces);
    if (numbers === null) continue;
    if (numbers.length === count) return readings(numbers);
    other = other ?? numbers;
  }
  try {
    const value = valueOf(text, question);
    if (Array.isArray(value) && value.every((one) => typeof one === "number")) return readings(value);
    if (value?.lower !== undefined) return readings([value.lower, value.upper - 1]);
    throw misfit(question);
  } catch (error) {
    if (error instanceof Unreadable && other !== null) return readings(other);
    throw error;
  }
}

/** The possible meanings of an answer, most likely first. */
function readingsOf(text, question) {
  const plain = tidy(text, question.kind === "list");
  if (plain === "") throw misfit(question);
  const one = (value) => [{ value, decimals: null, notation: null }];
  switch (question.kind) {
    case "number": return numbersIn(plain, question);
    case "list": return listsIn(plain, question);
    case "truth": {
      const truths = { yes: true, no: false, true: true, false: false, y: true, n: false };
      const word = plain.toLowerCase();
      if (Object.hasOwn(truths, word)) return one(truths[word]);
      const value = valueOf(plain, question);
      if (typeof value !== "boolean") throw misfit(question);
      return one(value);
    }
    case "layer": {
      const name = plain.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, "");
      if (question.layers.includes(name)) return one({ layer: name });
      throw new Unreadable("the name of a layer is wanted", `such as ${question.layers[0]}`);
    }
    default: return one({ text: plain.replaceAll("\"", "").toLowerCase() });
  }
}

// ---------------------------------------------------------------------------------------------
// Judging an answer
// ---------------------------------------------------------------------------------------------

const bound = (tolerance, target) =>
  // A value computed from Floats is rarely whole, so even a whole number has some room.
  tolerance == null ? 1e-5
    : tolerance.absolute ?? tolerance.relative * Math.abs(target);

/** 0 for equal values, 1 at the edge of the tolerance, infinity for values that differ in kind. */
function distance(value, target, tolerance) {
  const numbers = (one) =>
    (typeof one === "number" ? [one]
      : Array.isArray(one) && one.every((each) => typeof each === "number") ? one : null);
  const [given, aim] = [numbers(value), numbers(target)];
  if (given === null || aim === null) {
    return JSON.stringify(value) === JSON.stringify(target) ? 0 : Infinity;
  }
  if (given.length !== aim.length) return Infinity;
  let farthest = 0;
  for (const [place, number] of given.entries()) {
    const error = Math.abs(number - aim[place]);
    if (!Number.isFinite(error)) return Infinity;
    if (error === 0) continue;
    farthest = Math.max(farthest, error / bound(tolerance, aim[place]));
  }
  return farthest;
}

/** Whether a reading is the right number with too few digits. */
function isRounded({ value, decimals }, { reference, tolerance }) {
  if (tolerance == null || decimals === null || decimals >= 15 || typeof value !== "number"
    || typeof reference !== "number" || value === 0) return false;
  if (!(Math.abs(value - reference) <= 0.05 * Math.abs(reference))) return false;
  let power = 1;
  for (let place = 0; place < decimals; place += 1) power *= 10;
  return Math.abs(halvesAway(reference * power) - value * power) < 1e-6;
}

/** Whether an answer would be right within a wider tolerance. */
function isNear(reading, question) {
  if (isRounded(reading, question)) return true;
  const { value } = reading;
  if (typeof value !== "number" || typeof question.reference !== "number") return false;
  return distance(value, question.reference, question.tolerance) <= 5
    && Math.abs(value - question.reference) <= 0.05 * Math.abs(question.reference);
}

/** What is known about a wrong value: the nearest known mistake within the tolerance. */
function diagnosis(value, { mistakes, tolerance }) {
  let best = { distance: 1, text: null };
  for (const mistake of mistakes) {
    const away = distance(value, mistake.value, tolerance);
    if (away <= 1 && (best.text === null || away < best.distance)) {
      best = { distance: away, text: mistake.text };
    }
  }
  return best.text;
}

/**
 * Judges what a learner typed: right, wrong (with a diagnosis if the mistake is known), close, or
 * unreadable.
 */
function judge(text, question) {
  let readings;
  try {
    if (new TextEncoder().encode(text).length > 10000) throw new Unreadable("the answer is too long");
    readings = readingsOf(text, question);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    return { kind: "unreadable", text: error.message, hint: error.hint };
  }
  const isRight = (reading) =>
    distance(reading.value, question.reference, question.tolerance) <= 1;
  for (const reading of readings.filter((one) => one.notation === null)) {
    if (isRight(reading)) return { kind: "right", text: null };
    if (isRounded(reading, question)) break;
    const text = diagnosis(reading.value, question);
    if (text !== null) return { kind: "wrong", text };
  }
  const other = readings.find((one) => one.notation !== null && isRight(one));
  if (other) return { kind: "close", text: other.notation };
  const misfits = countMisfit(readings[0].value, question);
  if (misfits !== null) return { kind: "unreadable", text: misfits };
  if (question.tolerance != null && isNear(readings[0], question)) {
    return { kind: "close", text: `Close: to within ${question.tolerance.text}, please.` };
  }
  return { kind: "wrong", text: null };
}

/** A cell in one spelling, so that spaces make no difference. */
function spelled(cell) {
  return trimSpaces(cell.replace(/\p{White_Space}+/gu, " ")).replace(/^(>|alexnet )\s*/, "")
    .replace(/ ?([[\](),]) ?/g, "$1").replace(/\](?=\S)/g, "] ")
    .replace(/^(set [^\s=]+) ?= ?(?!=)/, "$1 ").replace(/[−–]/g, "-").toLowerCase();
}

/** Cells as a set. A later one that sets the same thing takes the place of an earlier one. */
function settled(cells) {
  const last = new Map();
  for (const cell of cells.map(spelled).filter((one) => one !== "")) {
    last.set(/^set \S+/.exec(cell)?.[0] ?? cell, cell);
  }
  return new Set(last.values());
}

/**
 * Judges cells for a goal. A page can't run them: it knows a few, the lesson's own solution first, and how
 * each ends.
 */
function judgeCells(text, known) {
  const typed = settled(text.split(/[;\n]/));
  if (typed.size === 0) return { kind: "unreadable", text: "type a cell, as at the prompt" };
  const holds = (all, some) => [...some].every((one) => all.has(one));
  for (const one of known) {
    const cells = settled(one.cells);
    if (cells.size !== typed.size || !holds(cells, typed)) continue;
    return one.isRight ? { kind: "right", text: null } : { kind: "wrong", text: one.text };
  }
  const solution = settled(known[0].cells);
  if (typed.size < solution.size && holds(solution, typed)) {
    return { kind: "close", text: "So far so good, but that isn't all of it." };
  }
  const commands = known.flatMap((one) => one.cells.map(spelled));
  for (const cell of typed) {
    const missing = commands.find((one) => one.split(" ").slice(1).join(" ") === cell.replace(/^use /, ""));
    if (missing) {
      return { kind: "unreadable", text: `this cell has to begin with its command, ${missing.split(" ")[0]}` };
    }
    if (/^set \w+\[0,/.test(cell) && commands.includes(cell.replace("[0,", "["))) {
      return { kind: "unreadable", text: "one index too many: there is one image, so leave out its number" };
    }
  }
  return {
    kind: "unreadable", text: "this page doesn't know these cells, and can't run them",
    hint: "run them in the program, or look at a hint",
  };
}

// ---------------------------------------------------------------------------------------------
// Progress: the program's own file, kept in the browser
// ---------------------------------------------------------------------------------------------

const seeds = 20;

/** A learner's progress in all lessons, as the program's progress file has it. */
class Progress {
  static key = "alexnet-progress";

  constructor(root) {
    this.root = root;
    /** Called after each change. */
    this.changed = () => {};
  }

  /** What the browser keeps; new if there is none, or if it can't be read. */
  static load() {
    try {
      const text = localStorage.getItem(Progress.key);
      if (text !== null) return Progress.parse(text);
    } catch { /* no storage, or damaged: begin anew */ }
    return new Progress({
      version: 1, seed: 1 + Math.floor(Math.random() * seeds), ask: true, lessons: {},
    });
  }

  /** The progress in a file. Throws an error that says why it can't be read. */
  static parse(text) {
    let root;
    try { root = JSON.parse(text); } catch { throw new Error("it isn't JSON"); }
    if (typeof root?.version !== "number") throw new Error("it has no version");
    if (root.version > 1) throw new Error("a newer program wrote it");
    if (typeof root.lessons !== "object" || root.lessons === null) throw new Error("it has no lessons");
    for (const [name, record] of Object.entries(root.lessons)) {
      const isRecord = typeof record?.step === "string" && Number.isInteger(record.index)
        && typeof record.finished === "boolean"
        && [record.done, record.skipped, record.commands].every(Array.isArray);
      if (!isRecord) throw new Error(`the record of ‘${name}’ is damaged`);
    }
    return new Progress(root);
  }

  get text() {
    return JSON.stringify(this.root, null, 2) + "\n";
  }

  /** Keeps it in the browser. Returns false where nothing can be kept. */
  save() {
    try {
      localStorage.setItem(Progress.key, this.text);
      return true;
    } catch {
      return false;
    } finally {
      this.changed();
    }
  }

  /** Changes the record of a lesson, which is now at this step, and keeps it. */
  change(data, step, edit) {
    const record = this.record(data.lesson);
    record.seed ??= this.root.seed ?? 1;
    edit(record);
    const index = data.steps.findIndex((one) => one.name === step);
    [record.step, record.index] = [step, index];
    record.commands = data.steps.slice(0, index).flatMap((one) => one.commands);
    this.root.last = data.lesson;
    this.save();
  }

  /** The record of a lesson; new if there is none. */
  record(lesson) {
    const own = this.root.lessons;
    own[lesson] ??= {
      step: "", index: 0, finished: false, retaken: false, best: null, done: [], skipped: [],
      hints: {}, misses: {}, draw: {}, seed: null, commands: [],
    };
    own[lesson].hints ??= {};
    own[lesson].misses ??= {};
    own[lesson].draw ??= {};
    return own[lesson];
  }

  /** The seed that draws the numbers of a step, one of those that the page has. */
  seed(lesson, step) {
    const record = this.root.lessons[lesson];
    const first = record?.seed ?? this.root.seed ?? 1;
    return (first - 1 + (record?.draw?.[step] ?? 0)) % seeds;
  }

  /** Merges in progress from another place: what is done in either is done. */
  merge(other) {
    const own = this.root;
    own.seed ??= other.root.seed;
    own.last ??= other.root.last;
    for (const [name, theirs] of Object.entries(other.root.lessons)) {
      own.lessons[name] = own.lessons[name] ? merged(own.lessons[name], theirs) : theirs;
    }
  }
}

/** A record with everything that was done in either place; where it is comes from the further one. */
function merged(own, theirs) {
  const rank = (record) =>
    [record.finished && !record.retaken ? 1 : 0, record.done.length, record.index];
  const [a, b] = [rank(theirs), rank(own)];
  const place = a.findIndex((value, index) => value !== b[index]);
  const isFurther = place >= 0 && a[place] > b[place];
  const [ahead, behind] = isFurther ? [theirs, own] : [own, theirs];
  const both = { ...ahead, hints: { ...ahead.hints }, draw: { ...ahead.draw } };
  both.done = [...ahead.done, ...behind.done.filter((step) => !ahead.done.includes(step))];
  both.skipped = both.done.filter((step) =>
    [ahead, behind].every((one) => !one.done.includes(step) || one.skipped.includes(step)));
  for (const step of both.done) {
    const counts = [ahead, behind]
      .filter((one) =>
        one.done.includes(step) && one.skipped.includes(step) === both.skipped.includes(step))
      .map((one) => one.hints?.[step] ?? 0);
    const fewest = counts.length > 0 ? Math.min(...counts) : 0;
    if (fewest === 0) delete both.hints[step]; else both.hints[step] = fewest;
  }
  both.misses = { ...behind.misses, ...ahead.misses };
  for (const [step, count] of Object.entries(behind.misses ?? {})) {
    both.misses[step] = Math.max(count, both.misses[step]);
  }
  both.finished = ahead.finished || behind.finished;
  both.best = better(ahead.best ?? null, behind.best ?? null);
  return both;
}

/** The result with more answers; if equal, the one with fewer hints. */
function better(one, other) {
  if (one === null || other === null) return one ?? other;
  const isBetter = other.answered > one.answered
    || (other.answered === one.answered && other.hints < one.hints);
  return isBetter ? other : one;
}

/** How far a record is, in words. */
function stateOf(record, steps) {
  if (record === undefined) return "";
  if (record.finished && !record.retaken) return "done";
  const count = steps.filter((step) => record.done.includes(step)).length;
  return count === 0 ? "" : `${count} of ${steps.length} exercises`;
}

// ---------------------------------------------------------------------------------------------
// Exercises
// ---------------------------------------------------------------------------------------------

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

/** The data of a page, which is encoded so that a glance at the source shows no answer. */
function pageData() {
  const encoded = document.getElementById("exercises")?.textContent;
  if (!encoded) return null;
  const bytes = Uint8Array.from(atob(encoded.trim()), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** An exercise with the numbers of one seed. Texts are kept once and named by their place. */
function posed(data, exercise, seed) {
  const text = (place) => (place === null || place === undefined ? null : data.texts[place]);
  const found = exercise.instances[exercise.seeds[seed]];
  return {
    html: text(found.html), hints: found.hints.map(text), after: text(found.after),
    see: text(found.see), seen: text(found.seen), answer: text(found.answer),
    value: text(found.value), remark: text(found.remark), solution: found.solution?.map(text),
    known: found.known?.map(([cells, isRight, words]) =>
      ({ cells: cells.map(text), isRight, text: text(words) })),
    options: found.options?.map(([words, reason, isRight]) =>
      ({ text: text(words), reason: text(reason), isRight })),
    question: found.reference === undefined ? null : {
      kind: exercise.kind, count: exercise.count, unit: exercise.unit, tolerance: exercise.tolerance,
      layers: exercise.layers, question: text(found.question), reference: found.reference,
      mistakes: found.mistakes.map(([value, place]) => ({ value, text: text(place) })),
    },
  };
}

/** One exercise on a page. */
class Exercise {
  constructor(section, data, progress) {
    Object.assign(this, { section, data, progress });
    this.exercise = data.exercises.find((one) => one.name === section.dataset.exercise);
    this.find = (selector) => section.querySelector(selector);
    section.querySelectorAll("[hidden].live").forEach((one) => { one.hidden = false; });
    this.find("form")?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    const keys = { hint: () => this.hint(), skip: () => this.skip(), again: () => this.again() };
    for (const [name, action] of Object.entries(keys)) {
      this.find(`[data-key=${name}]`)?.addEventListener("click", action);
    }
    this.pose();
    if (this.record?.done.includes(this.exercise.step)) {
      const isSkipped = this.record.skipped.includes(this.exercise.step);
      this.follow("past", isSkipped ? "You looked at this answer before." : "You answered this one before.");
    }
  }

  get record() {
    return this.progress.root.lessons[this.data.lesson];
  }

  get isDone() {
    const { record, exercise } = this;
    return record?.done.includes(exercise.step) && !record.skipped.includes(exercise.step);
  }

  /** Shows the question with the numbers of the learner's seed. */
  pose() {
    const { data, exercise, progress } = this;
    this.seed = progress.seed(data.lesson, exercise.step);
    this.posed = posed(data, exercise, this.seed);
    this.find(".question").innerHTML = this.posed.html;
    if (this.posed.remark !== null) this.find(".form").textContent = this.posed.remark;
    this.posed.options?.forEach((option, place) => {
      this.section.querySelectorAll(".option .text")[place].innerHTML = option.text;
    });
    this.find("form")?.reset();
    this.find(".hints").replaceChildren();
    this.find(".result").replaceChildren();
    [this.misses, this.hintsGiven] = [0, 0];
    this.showHintCount();
    this.mark();
  }

  showHintCount() {
    const button = this.find("[data-key=hint]");
    const { length } = this.posed.hints;
    button.textContent =
      this.hintsGiven === 0 ? "Hint" : `Hint ${Math.min(this.hintsGiven + 1, length)} of ${length}`;
    button.disabled = this.hintsGiven >= length;
  }

  mark() {
    this.section.dataset.state = stateOfStep(this.record, this.exercise.step);
  }

  /** Shows a verdict, which screen readers announce. */
  say(kind, ...parts) {
    const result = this.find(".result");
    result.replaceChildren(element("div", { className: `verdict ${kind}` }));
    for (const part of parts) {
      const line = element("p");
      line.innerHTML = part;
      result.firstChild.append(line);
    }
  }

  check() {
    const { posed } = this;
    if (posed.options) {
      const chosen = this.find("input:checked");
      if (!chosen) return this.say("unreadable", "Choose one of the answers first.");
      const option = posed.options[Number(chosen.value)];
      return option.isRight ? this.succeed(option.reason) : this.miss(option.reason);
    }
    const input = this.find("input");
    const verdict = posed.known
      ? judgeCells(input.value, posed.known) : judge(input.value, posed.question);
    switch (verdict.kind) {
      case "right":
        this.succeed(posed.question?.tolerance ? `The value is ${posed.value}.` : null);
        break;
      case "wrong": this.miss(verdict.text); break;
      default: {
        const words = element("span", { textContent: verdict.text }).innerHTML;
        const hint = element("span", { textContent: verdict.hint ?? "" }).innerHTML;
        const line = verdict.kind === "close" ? words
          : `${words[0].toUpperCase()}${words.slice(1)}${hint === "" ? "." : ": " + hint + "."}`;
        this.say(verdict.kind, line);
      }
    }
  }

  miss(reason) {
    this.misses += 1;
    if (!this.isDone) {
      this.change((record, step) => {
        record.misses[step] = (record.misses[step] ?? 0) + 1;
      });
    }
    const lines = [`<strong>Not quite.</strong> ${reason ?? ""}`];
    if (this.misses % 3 === 0) {
      lines.push(this.hintsGiven < this.posed.hints.length
        ? "Three misses: there is a hint." : "You can look at the answer.");
    }
    this.say("wrong", ...lines);
  }

  succeed(reason) {
    this.note((record, step) => {
      record.skipped = record.skipped.filter((one) => one !== step);
    });
    this.follow("right", `<strong>Right.</strong> ${reason ?? ""}`);
  }

  hint() {
    const { hints } = this.posed;
    if (this.hintsGiven >= hints.length) return;
    const item = element("li");
    item.innerHTML = hints[this.hintsGiven];
    this.find(".hints").append(item);
    this.hintsGiven += 1;
    this.misses = 0;
    this.showHintCount();
    if (!this.isDone) {
      this.change((record, step) => {
        record.hints[step] = Math.max(this.hintsGiven, record.hints[step] ?? 0);
      });
    }
  }

  /** Shows the answer; the exercise counts as skipped. */
  skip() {
    const { posed } = this;
    const wasDone = this.isDone;
    this.note((record, step) => {
      if (!wasDone && !record.skipped.includes(step)) record.skipped.push(step);
    });
    const right = posed.options?.find((option) => option.isRight);
    let line = `The answer is <strong>${posed.answer}</strong>.`;
    if (right) line = `The answer is <strong>${posed.answer}</strong>: ${right.text}. ${right.reason}`;
    if (posed.solution) {
      const code = element("code", { textContent: posed.solution.join("\n") });
      line = `These cells reach the goal:<pre>${code.outerHTML}</pre>`;
    }
    this.follow("skipped", line);
  }

  /** The verdict, what the lesson adds to it, and the cell that shows why. */
  follow(kind, line) {
    const { after, see, seen } = this.posed;
    this.say(kind, line, ...(after === null ? [] : [after]));
    if (see !== null) {
      const code = element("code", { textContent: see });
      const box = this.find(".verdict");
      if (seen === null) {
        box.append(element("p", { className: "see" }, "To see why, run ", code, " at the prompt."));
      } else {
        const output = element("div", { className: "printed", tabIndex: 0 });
        output.setAttribute("role", "group");
        output.setAttribute("aria-label", "Output");
        output.innerHTML = seen;
        box.append(element(
          "details", { className: "see" }, element("summary", {}, "See why: ", code), output));
      }
    }
    this.mark();
  }

  /** Asks again, with other numbers if the exercise has any. */
  again() {
    const { exercise, seed } = this;
    let ahead = 1;
    while (ahead < seeds
      && exercise.seeds[(seed + ahead) % seeds] === exercise.seeds[seed]) ahead += 1;
    this.change((record, step) => {
      record.draw[step] = (record.draw[step] ?? 0) + (ahead < seeds ? ahead : 1);
    });
    this.pose();
    (this.find("form input") ?? this.find("[data-key=again]")).focus();
  }

  /** Changes the lesson's record, and keeps it. */
  change(edit) {
    const { step } = this.exercise;
    this.progress.change(this.data, step, (record) => edit(record, step));
  }

  /** Counts the exercise as done; the lesson is finished once all of its exercises are. */
  note(edit) {
    const { data } = this;
    this.change((record, step) => {
      if (!record.done.includes(step)) record.done.push(step);
      edit(record, step);
      const steps = data.exercises.map((one) => one.step);
      if (!steps.every((one) => record.done.includes(one))) return;
      record.done = data.steps.map((one) => one.name);
      [record.finished, record.retaken] = [true, false];
      const skipped = steps.filter((one) => record.skipped.includes(one)).length;
      const hints = Object.values(record.hints).reduce((sum, count) => sum + count, 0);
      record.best = better(
        record.best ?? null, { answered: steps.length - skipped, skipped, hints });
    });
  }
}

/** What was done in a step: "done", "skipped" if the answer was shown, or nothing. */
function stateOfStep(record, step) {
  if (!record?.done.includes(step)) return "";
  return record.skipped.includes(step) ? "skipped" : "done";
}

/**
 * The list of steps. A step without an exercise is done when its end was on the screen and every exercise
 * before it is done.
 */
class Steps {
  constructor(data, progress) {
    Object.assign(this, { data, progress });
    this.asking = new Set(data.exercises.map((one) => one.step));
    this.read = new Set();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (entry.isIntersecting) this.read.add(entry.target.dataset.endOf);
      }
      this.update();
    });
    for (const { name } of data.steps) {
      const section = document.getElementById(name);
      if (this.asking.has(name) || !section) continue;
      const end = element("div");
      end.dataset.endOf = name;
      section.append(end);
      observer.observe(end);
    }
    this.mark();
  }

  get record() {
    return this.progress.root.lessons[this.data.lesson];
  }

  /** Counts what has been read, and marks what is done. */
  update() {
    for (const { name } of this.data.steps) {
      const isDone = this.record?.done.includes(name) ?? false;
      if (this.asking.has(name) && !isDone) break;
      if (isDone || !this.read.has(name)) continue;
      // Keeping it calls this function again, for the steps after it.
      return this.progress.change(this.data, name, (record) => record.done.push(name));
    }
    this.mark();
  }

  mark() {
    for (const { name } of this.data.steps) {
      const link = document.querySelector(`.steps a[href="#${CSS.escape(name)}"]`);
      if (!link) continue;
      const state = stateOfStep(this.record, name);
      link.dataset.state = state;
      let note = link.querySelector(".unseen");
      if (!note) link.append(note = element("span", { className: "unseen" }));
      note.textContent = { done: " (done)", skipped: " (answer shown)" }[state] ?? "";
    }
    document.getElementById("lesson-done").hidden = !this.record?.finished;
  }
}

// ---------------------------------------------------------------------------------------------
// The map of the course
// ---------------------------------------------------------------------------------------------

/** Shows on the first page how far each lesson is, and lets progress be taken elsewhere. */
function showProgress(progress) {
  const show = () => {
    let next = null;
    for (const card of document.querySelectorAll("[data-lesson]")) {
      const steps = card.dataset.steps.split(" ");
      const record = progress.root.lessons[card.dataset.lesson];
      const state = stateOf(record, steps);
      card.querySelector(".state").textContent = state;
      card.dataset.state = state === "done" ? "done" : state === "" ? "" : "begun";
      if (state !== "done") next ??= card.querySelector("a");
    }
    const start = document.getElementById("start");
    if (start && next && Object.keys(progress.root.lessons).length > 0) {
      start.href = next.getAttribute("href");
      start.textContent = `Go on: ${next.textContent}`;
    }
  };
  const box = document.getElementById("progress");
  if (!box) return;
  box.hidden = false;
  const status = box.querySelector("[role=status]");
  box.querySelector("[data-key=export]").addEventListener("click", () => {
    const file = new Blob([progress.text], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(file), download: "progress.json" });
    link.click();
    URL.revokeObjectURL(link.href);
    status.textContent = "Saved as progress.json. In the program: progress import progress.json";
  });
  box.querySelector("input[type=file]").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (!file) return;
    try {
      progress.merge(Progress.parse(await file.text()));
      progress.save();
      status.textContent = `Merged ${file.name}; nothing you had done was lost.`;
      show();
    } catch (error) {
      status.textContent = `${file.name} isn't a progress file: ${error.message}.`;
    }
    event.target.value = "";
  });
  box.querySelector("[data-key=reset]").addEventListener("click", () => {
    if (!confirm("Forget your progress in this browser?")) return;
    progress.root.lessons = {};
    delete progress.root.last;
    progress.save();
    status.textContent = "Progress starts from scratch.";
    show();
  });
  show();
}

/** On the map of the paths, marks finished lessons, and the lines of the lesson that is pointed at. */
function showMap(progress) {
  const map = document.querySelector(".course-map svg");
  if (!map) return;
  for (const box of map.querySelectorAll("a")) {
    const record = progress.root.lessons[box.dataset.lesson];
    if (record?.finished && !record.retaken) box.dataset.state = "done";
  }
  const show = (event) => {
    const place = event.target.closest?.("a")?.dataset.place;
    for (const line of map.querySelectorAll("path")) {
      const isLit = event.type !== "focusout" && line.dataset.ends.split(" ").includes(place);
      line.classList.toggle("lit", isLit);
    }
  };
  for (const type of ["pointerover", "pointerleave", "focusin", "focusout"]) {
    map.addEventListener(type, show);
  }
}

// ---------------------------------------------------------------------------------------------
// Search
// ---------------------------------------------------------------------------------------------

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** The sections with all of the words, best first. */
function search(index, query) {
  const words = fold(query).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  if (words.length === 0) return [];
  const count = (text, word) => text.split(word).length - 1;
  const found = [];
  for (const entry of index) {
    const [title, text] = [fold(entry.title), fold(entry.text)];
    let score = 0;
    const hasAll = words.every((word) => {
      const [high, low] = [count(title, word), count(text, word)];
      score += 10 * high + Math.min(low, 5) + (title === word ? 30 : 0);
      return high + low > 0;
    });
    if (hasAll) found.push({ entry, score });
  }
  return found.sort((a, b) => b.score - a.score).map(({ entry }) => entry);
}

/** A part of a text around the first of some words, which are marked. */
function excerpt(text, words) {
  const folded = fold(text);
  // Folding keeps the length of almost every text; where it doesn't, the beginning is shown.
  const first = folded.length === text.length
    ? Math.min(...words.map((word) => folded.indexOf(word)).filter((place) => place >= 0)) : 0;
  const start = Number.isFinite(first) ? Math.max(0, text.lastIndexOf(" ", first - 60)) : 0;
  const part = text.slice(start, start + 220);
  const line = element("p");
  if (start > 0) line.append("… ");
  const pattern = new RegExp(`(${words.map((word) => word.replace(/[^\p{L}\p{N}]/gu, "")).join("|")})`, "giu");
  for (const piece of part.split(pattern)) {
    line.append(words.includes(fold(piece)) ? element("mark", { textContent: piece }) : piece);
  }
  if (start + 220 < text.length) line.append(" …");
  return line;
}

function showSearch() {
  const list = document.getElementById("found");
  if (!list) return;
  const index = JSON.parse(document.getElementById("index").textContent);
  const field = document.getElementById("query");
  const status = document.getElementById("count");
  const show = () => {
    const words = fold(field.value).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
    const found = search(index, field.value);
    list.replaceChildren(...found.slice(0, 50).map((entry) => element(
      "li", {}, element("h2", {}, element("a", { href: entry.address, textContent: entry.title })),
      element("p", { className: "where", textContent: entry.where }), excerpt(entry.text, words))));
    status.textContent = words.length === 0 ? ""
      : found.length === 0 ? "Nothing found. Try fewer or other words."
        : `${found.length} ${found.length === 1 ? "place" : "places"}`;
  };
  field.value = new URLSearchParams(location.search).get("q") ?? "";
  field.addEventListener("input", show);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    show();
  });
  show();
}

// ---------------------------------------------------------------------------------------------
// Wide tables
// ---------------------------------------------------------------------------------------------

/** Where a table is wider than its box, keeps its first column in view unless that would fill the box. */
function keepFirstColumns() {
  for (const table of document.querySelectorAll(".printed table")) {
    const room = table.closest(".printed").clientWidth;
    const first = table.querySelector("tr > :first-child");
    const keeps = table.offsetWidth > room && first !== null && first.offsetWidth < 0.45 * room;
    table.classList.toggle("keeps-first", keeps);
  }
}

// ---------------------------------------------------------------------------------------------

function begin() {
  const progress = Progress.load();
  const data = pageData();
  if (data) {
    progress.save();
    const sections = document.querySelectorAll("[data-exercise]");
    const exercises = Array.from(sections, (section) => new Exercise(section, data, progress));
    const steps = new Steps(data, progress);
    progress.changed = () => steps.update();
    window.alexnet = { judge, posed, data, exercises };
    // On a phone the list of steps would push the lesson off the screen.
    if (!matchMedia("(min-width: 66rem)").matches) {
      document.querySelector(".steps details").open = false;
    }
  }
  showProgress(progress);
  showMap(progress);
  showSearch();
  keepFirstColumns();
  addEventListener("resize", keepFirstColumns);
}

if (typeof document !== "undefined") begin();
