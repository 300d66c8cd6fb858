// What the pages of all three libraries share: the rows, what is shown of them, a search field, filters, counts. Written as one would
// by hand to be quick: no page does anything here that its library is not asked to do.

/** The columns shown, as in the staff's list when nobody has chosen others. */
export const COLUMNS = [
  ["reference", "Reference", 112],
  ["name", "Name", 230],
  ["status", "Status", 150],
  ["answers.country", "Country", 150],
  ["answers.stage", "Stage", 150],
  ["partner", "Partner", 150],
  ["progress", "Progress", 100],
  ["submitted", "Submitted", 150],
  ["updated", "Updated", 150],
];

const moment = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

/** What stands in a cell. */
export const words = (column, value) =>
  value === undefined || value === null ? "" : column === "submitted" || column === "updated" ? moment.format(value) : String(value);

/** Loads the rows; beside each stands what is searched. */
export async function load() {
  const { rows, searched } = await (await fetch("/rows.json")).json();
  for (const row of rows) row.search = searchText(row, searched);
  return { rows, searched };
}

export const searchText = (row, searched) => searched.map((column) => row[column] ?? "").join("\n").toLowerCase();

/** What is asked for now. */
export const asked = { words: [], status: null };

/** Whether a row answers. */
export const answers = (row) =>
  (asked.status === null || row.status === asked.status) && asked.words.every((word) => row.search.includes(word));

/** The search field and the filter by status; `apply` has the library look again. */
export function controls(apply) {
  document.getElementById("search").addEventListener("input", (event) => {
    asked.words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    apply();
  });
  document.getElementById("filter").addEventListener("click", () => {
    asked.status = asked.status === null ? "submitted" : null;
    apply();
  });
}

/** How many there are, by status and by country; `each` goes over the rows that answer. */
export function counts(each) {
  const status = new Map(), country = new Map();
  let all = 0;
  each((row) => {
    all += 1;
    status.set(row.status, (status.get(row.status) ?? 0) + 1);
    const at = row["answers.country"];
    country.set(at, (country.get(at) ?? 0) + 1);
  });
  const list = (map) => [...map].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([name, count]) => `${name} ${count}`).join(", ");
  document.getElementById("counts").textContent = `${all} applications: ${list(status)}; ${list(country)}`;
  document.body.dataset.rows = all;
}

/** Says that everything is there. */
export const ready = () => { document.body.dataset.ready = "1"; };
