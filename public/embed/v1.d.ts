// The types of what https://FORM/embed/v1.js defines: the <open-call> element (docs/embed.md).

export interface OpenCallEvents {
  "opencall:ready": CustomEvent<Record<string, never>>;
  "opencall:step": CustomEvent<{ index: number; total: number }>;
  "opencall:saved": CustomEvent<Record<string, never>>;
  "opencall:submitted": CustomEvent<{ reference: string }>;
  "opencall:closed": CustomEvent<Record<string, never>>;
  "opencall:error": CustomEvent<
    | { code: "src" | "silent" | "csp" }
    /** Names of fields or tokens that were not taken. */
    | { code: "prefill" | "token"; names: string[] }
  >;
}

export interface OpenCallElement extends HTMLElement {
  /** Fulfilled when the form can be used; a new promise after the form was loaded anew. */
  readonly ready: Promise<void>;
  /** Moves the focus into the form, to the heading of its page. */
  focusForm(): void;
  /** Fills in fields that the programme lists for it, in a form that nobody has begun; values by the fields' ids. */
  prefill(map: Record<string, string | number>): Promise<void>;
  /** Loads the form anew. What was typed is kept. */
  reload(): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "open-call": OpenCallElement;
  }
  interface HTMLElementEventMap extends OpenCallEvents {}
}
