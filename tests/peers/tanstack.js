import {
  columnFilteringFeature, constructTable, createFilteredRowModel, createSortedRowModel, globalFilteringFeature, rowSortingFeature,
  sortFn_basic, sortFn_text, tableFeatures,
} from "@tanstack/table-core";
import { storeReactivityBindings } from "@tanstack/table-core/store-reactivity-bindings";
import { Virtualizer, elementScroll, observeElementOffset, observeElementRect } from "@tanstack/virtual-core";
import { COLUMNS, answers, asked, controls, counts, load, ready, searchText, words } from "./common.js";

const loaded = await load();
const { searched } = loaded;
let data = loaded.rows;
const places = new Map(data.map((row, place) => [row.reference, place]));
const numbers = ["submitted", "updated", "progress"];
const table = constructTable({
  features: tableFeatures({
    coreReactivityFeature: storeReactivityBindings(),
    rowSortingFeature, columnFilteringFeature, globalFilteringFeature,
    sortedRowModel: createSortedRowModel(),
    filteredRowModel: createFilteredRowModel(),
  }),
  data,
  getRowId: (row) => row.reference,
  columns: COLUMNS.map(([id, header]) => ({
    id, header, accessorFn: (row) => row[id], sortUndefined: "last", sortDescFirst: false,
    sortFn: numbers.includes(id) ? sortFn_basic : sortFn_text,
  })),
  globalFilterFn: (row) => answers(row.original),
  getColumnCanGlobalFilter: () => true,
});

const scroller = document.getElementById("grid");
const head = document.createElement("div");
head.className = "t-head";
for (const [id, title, width] of COLUMNS) {
  const cell = document.createElement("button");
  cell.textContent = title;
  cell.className = `head-${id.replace(".", "-")}`;
  cell.style.width = `${width}px`;
  cell.onclick = () => {
    table.getColumn(id).toggleSorting(undefined, false);
    update();
  };
  head.append(cell);
}
const body = document.createElement("div");
body.className = "t-body";
scroller.append(head, body);

let shown = [];
const pool = [];
const virtualizer = new Virtualizer({
  count: 0, getScrollElement: () => scroller, estimateSize: () => 36, overscan: 6,
  scrollToFn: elementScroll, observeElementRect, observeElementOffset, onChange: () => draw(),
});
virtualizer._didMount();
function draw() {
  const items = virtualizer.getVirtualItems();
  while (pool.length < items.length) {
    const row = document.createElement("div");
    row.className = "t-row";
    for (const [, , width] of COLUMNS) {
      const cell = document.createElement("span");
      cell.style.width = `${width}px`;
      row.append(cell);
    }
    body.append(row);
    pool.push(row);
  }
  pool.forEach((element, place) => {
    const item = items[place];
    element.hidden = !item;
    if (!item) return;
    element.style.transform = `translateY(${item.start}px)`;
    const row = shown[item.index];
    COLUMNS.forEach(([id], column) => {
      const text = words(id, row.getValue(id)), cell = element.children[column];
      if (cell.textContent !== text) cell.textContent = text;
    });
  });
}
function update() {
  shown = table.getRowModel().rows;
  counts((take) => table.getFilteredRowModel().rows.forEach((row) => take(row.original)));
  virtualizer.setOptions({ ...virtualizer.options, count: shown.length });
  virtualizer._willUpdate();
  body.style.height = `${virtualizer.getTotalSize()}px`;
  virtualizer.measure();
  draw();
}
update();
let nth = 0;
controls(() => {
  // Another value has it look again.
  table.setGlobalFilter(asked.words.length > 0 || asked.status !== null ? `x${nth++}` : undefined);
  update();
});
window.change = (text) => {
  data = data.slice();
  for (const row of JSON.parse(text)) {
    row.search = searchText(row, searched);
    data[places.get(row.reference)] = row;
  }
  table.setOptions((before) => ({ ...before, data }));
  update();
};
ready();
