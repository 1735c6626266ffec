import { ApiError } from "../api/api-error.ts";
import type { Form, FormValue } from "./parse-form.ts";

/**
 * Reads the parameters of one request by name and type. `undefined` is absent, `null` is an
 * empty value, which unsets. What was not read when `end` is called is unknown to the endpoint.
 * Every read throws ApiError 400 with Stripe's code and the parameter's name.
 */
export class ParameterReader {
  readonly #form: Form;
  readonly #prefix: string;
  readonly #read = new Set<string>();

  constructor(form: Form, prefix = "") {
    this.#form = form;
    this.#prefix = prefix;
  }

  string(name: string, maxCharacters = 5000): string | null | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string") throw this.#invalid(name, "string");
    if (value === "") return null;
    const { length } = value.length > maxCharacters ? [...value] : value;
    if (length <= maxCharacters) return value;
    throw ApiError.invalid(
      `Invalid string: ${value.slice(0, 10)}...${value.slice(-10)}; must be at most ${maxCharacters} characters`,
      { param: this.param(name) },
    );
  }

  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (typeof value !== "string" || !/^-?\d{1,15}$/.test(value)) {
      throw ApiError.invalid(`Invalid integer: ${shown(value)}`, {
        code: "parameter_invalid_integer",
        param: this.param(name),
      });
    }
    const number = Number(value);
    if (number >= min && number <= max) return number;
    const rule = number < min ? `greater than or equal to ${min}` : `less than or equal to ${max}`;
    throw ApiError.invalid(`This value must be ${rule}.`, {
      code: "parameter_invalid_integer",
      param: this.param(name),
    });
  }

  boolean(name: string): boolean | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value === "true" || value === "false") return value === "true";
    throw ApiError.invalid(`Invalid boolean: ${shown(value)}`, { param: this.param(name) });
  }

  /** Whether a parameter that may also be a hash is a value that is not empty. */
  isPlain(name: string): boolean {
    const value = this.#form.get(name);
    return typeof value === "string" && value !== "";
  }

  /** Null for a hash that is unset as a whole. */
  hash(name: string): ParameterReader | null | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value === "") return null;
    if (typeof value === "string") {
      throw ApiError.invalid("Invalid object", { param: this.param(name) });
    }
    return new ParameterReader(value, this.param(name));
  }

  /** Null for a list that is unset. */
  list(name: string): string[] | null | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value === "") return null;
    if (typeof value === "string") throw this.#invalid(name, "array");
    return [...value].map(([index, item]) => {
      if (!/^\d+$/.test(index)) throw this.#invalid(name, "array");
      if (typeof item !== "string") throw this.#invalid(`${name}[${index}]`, "string");
      return item;
    });
  }

  /** Every name and value of a hash whose names are free, as metadata's are. */
  entries(): [string, FormValue][] {
    for (const name of this.#form.keys()) this.#read.add(name);
    return [...this.#form];
  }

  /** Full name of a parameter, as errors tell it. */
  param(name: string): string {
    return this.#prefix === "" ? name : `${this.#prefix}[${name}]`;
  }

  /** @throws ApiError `parameter_unknown` that names all that was sent and not read */
  end(): void {
    const unknown = [...this.#form.keys()].filter((name) => !this.#read.has(name));
    const [first] = unknown;
    if (first === undefined) return;
    const names = unknown.map((name) => this.param(name)).join(", ");
    throw ApiError.invalid(`Received unknown parameter${unknown.length > 1 ? "s" : ""}: ${names}`, {
      code: "parameter_unknown",
      param: this.param(first),
    });
  }

  #take(name: string): FormValue | undefined {
    this.#read.add(name);
    return this.#form.get(name);
  }

  #invalid(name: string, type: string): ApiError {
    return ApiError.invalid(`Invalid ${type}`, { param: this.param(name) });
  }
}

/** @throws ApiError `parameter_missing` */
export function required<T>(value: T | null | undefined, param: string): T {
  if (value !== null && value !== undefined) return value;
  throw ApiError.invalid(`Missing required param: ${param}.`, { code: "parameter_missing", param });
}

function shown(value: FormValue): string {
  return typeof value === "string" ? value.slice(0, 40) : "{...}";
}
