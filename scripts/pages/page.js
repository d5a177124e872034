/* page.js: small conveniences. Every page reads, files and works without it. */
"use strict";
(function () {
	/* Something must be put right: go there at once, as without a script one would by the links. */
	var alert = document.querySelector("[data-focus]");
	if (alert) {
		alert.tabIndex = -1;
		alert.focus();
	}

	/* Buttons that only a script can serve are hidden until it runs. */
	document.querySelectorAll("button[data-print]").forEach(function (button) {
		button.hidden = false;
		button.addEventListener("click", function () { window.print(); });
	});
})();
