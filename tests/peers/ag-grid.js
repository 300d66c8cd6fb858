import { AllCommunityModule, ModuleRegistry, createGrid } from "ag-grid-community";
import { COLUMNS, answers, asked, controls, counts, load, ready, searchText, words } from "./common.js";

ModuleRegistry.registerModules([AllCommunityModule]);
const { rows, searched } = await load();
const api = createGrid(document.getElementById("grid"), {
  rowData: rows,
  getRowId: ({ data }) => data.reference,
  columnDefs: COLUMNS.map(([field, headerName, width]) => ({
    colId: field,
    headerName,
    width,
    valueGetter: ({ data }) => data[field],
    valueFormatter: ({ value }) => words(field, value),
    headerClass: `head-${field.replace(".", "-")}`,
  })),
  defaultColDef: { sortable: true, suppressMovable: true },
  animateRows: false,
  suppressColumnMoveAnimation: true,
  rowHeight: 36,
  isExternalFilterPresent: () => asked.words.length > 0 || asked.status !== null,
  doesExternalFilterPass: ({ data }) => answers(data),
  onModelUpdated: () => count(),
});
function count() {
  if (!api) return;
  counts((take) => api.forEachNodeAfterFilter((node) => take(node.data)));
}
count();
controls(() => api.onFilterChanged());
window.change = (text) => {
  const update = JSON.parse(text);
  for (const row of update) row.search = searchText(row, searched);
  api.applyTransaction({ update });
};
ready();
