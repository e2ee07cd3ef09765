// Draws the table of the index: sort by a click on a head, one filter per text column, a page at a time.
(function () {
  "use strict";
  var PAGE = 100;
  var COLUMNS = [
    { field: "state", title: "Verdict", filter: "choice" },
    { field: "at", title: "Audited (UTC)", filter: "text" },
    { field: "step", title: "Step", filter: "text" },
    { field: "run", title: "Run", filter: "text" },
    { field: "read", title: "Read", number: true },
    { field: "published", title: "Published", number: true },
    { field: "quarantined", title: "Quarantined", number: true },
    { field: "duplicate", title: "Duplicate", number: true },
    { field: "superseded", title: "Superseded", number: true },
    { field: "broken", title: "Rules broken", filter: "text" }
  ];
  var rows = JSON.parse(document.getElementById("data").textContent);
  var place = document.getElementById("results");
  var sort = { field: "at", down: true };
  var wanted = {};
  var shown = PAGE;

  function make(tag, parent, text) {
    var made = document.createElement(tag);
    if (text !== undefined) { made.textContent = text; }
    if (parent) { parent.appendChild(made); }
    return made;
  }

  function matches(row) {
    return COLUMNS.every(function (column) {
      var want = wanted[column.field];
      if (!want) { return true; }
      var value = String(row[column.field]);
      return column.filter === "choice" ? value === want : value.toLowerCase().indexOf(want.toLowerCase()) >= 0;
    });
  }

  function compare(one, other) {
    var a = one[sort.field], b = other[sort.field];
    if (a === b) { return 0; }
    if (a === null) { return 1; }
    if (b === null) { return -1; }
    return (a < b ? -1 : 1) * (sort.down ? -1 : 1);
  }

  function cell(line, row, column) {
    var made = make("td", line), value = row[column.field];
    made.className = column.number ? "number" : "cell-" + column.field;
    if (column.field === "state") {
      make("span", made, value).className = "state " + value;
    } else if (column.field === "step") {
      make("a", made, value).href = row.path.split("/").map(encodeURIComponent).join("/");
    } else {
      made.textContent = value === null ? "" : column.number ? value.toLocaleString("en") : value;
    }
  }

  function filter(parent, column) {
    var input = make(column.filter === "choice" ? "select" : "input", parent);
    input.setAttribute("aria-label", "Filter " + column.title);
    if (column.filter === "choice") {
      make("option", input, "all").value = "";
      rows.map(function (row) { return row[column.field]; })
        .filter(function (value, at, all) { return all.indexOf(value) === at; }).sort()
        .forEach(function (value) { make("option", input, value); });
    }
    input.addEventListener("input", function () { wanted[column.field] = input.value; shown = PAGE; draw(); });
  }

  var table = make("table", place), head = make("thead", table), names = make("tr", head), filters = make("tr", head);
  var body = make("tbody", table), bar = make("div", place), count = make("span", bar), more = make("button", bar, "Show more");
  bar.className = "bar";
  more.className = "btn btn-sm btn-primary";
  more.addEventListener("click", function () { shown += PAGE; draw(); });
  COLUMNS.forEach(function (column) {
    var title = make("th", names), button = make("button", title, column.title), box = make("th", filters);
    column.head = title;
    if (column.number) { title.className = "number"; }
    button.addEventListener("click", function () {
      sort = { field: column.field, down: sort.field === column.field ? !sort.down : !!column.number };
      draw();
    });
    if (column.filter) { filter(box, column); }
  });

  function draw() {
    var found = rows.filter(matches).sort(compare);
    body.textContent = "";
    found.slice(0, shown).forEach(function (row) {
      var line = make("tr", body);
      COLUMNS.forEach(function (column) { cell(line, row, column); });
    });
    COLUMNS.forEach(function (column) {
      var active = sort.field === column.field;
      column.head.setAttribute("aria-sort", active ? (sort.down ? "descending" : "ascending") : "none");
      column.head.firstChild.textContent = column.title + (active ? (sort.down ? " ↓" : " ↑") : "");
    });
    count.textContent = found.length + " of " + rows.length + " results";
    more.hidden = found.length <= shown;
  }

  draw();
})();
