import "tabulator-tables/dist/css/tabulator.min.css";
import { TabulatorFull as Tabulator } from "tabulator-tables";
import { COLUMNS, answers, asked, controls, counts, load, ready, searchText, words } from "./common.js";

const { rows, searched } = await load();
const table = new Tabulator("#grid", {
  data: rows,
  index: "reference",
  // Fields with a point in their names are no paths.
  nestedFieldSeparator: false,
  height: "100%",
  rowHeight: 36,
  columns: COLUMNS.map(([field, title, width]) => ({
    field,
    title,
    width,
    sorter: field === "submitted" || field === "updated" || field === "progress" ? "number" : "string",
    formatter: (cell) => {
      const span = document.createElement("span");
      span.textContent = words(field, cell.getValue());
      return span;
    },
    cssClass: `head-${field.replace(".", "-")}`,
  })),
});
const count = () => counts((take) => table.getData("active").forEach(take));
table.on("tableBuilt", () => {
  count();
  ready();
});
table.on("dataFiltered", (_, active) => counts((take) => active.forEach((row) => take(row.getData()))));
controls(() => {
  if (asked.words.length > 0 || asked.status !== null) table.setFilter(answers);
  else table.clearFilter();
});
window.change = (text) => {
  const update = JSON.parse(text);
  for (const row of update) row.search = searchText(row, searched);
  return table.updateData(update).then(count);
};
