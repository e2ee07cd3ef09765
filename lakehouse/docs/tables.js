// Hides the lines of the index that do not hold the words of the filter.
(function () {
  "use strict";
  var field = document.getElementById("filter");
  field.addEventListener("input", function () {
    var words = field.value.toLowerCase().split(/\s+/);
    document.querySelectorAll("section").forEach(function (section) {
      var shown = 0;
      section.querySelectorAll("tbody tr").forEach(function (row) {
        var text = row.textContent.toLowerCase();
        row.hidden = !words.every(function (word) { return text.indexOf(word) >= 0; });
        shown += row.hidden ? 0 : 1;
      });
      section.hidden = shown === 0;
    });
  });
}());
