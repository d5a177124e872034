/* stands.js: where an application stands is shown anew when it has changed. What stands open stays open; while
 * something is being typed, nothing is changed. */
"use strict";
(() => {
	var stands = document.querySelector("#stands[data-live]");
	function show(fresh) {
		document.querySelectorAll("[data-fresh]").forEach((part) => {
			var other = fresh.getElementById(part.id), open = [];
			if (!other)
				return;
			part.querySelectorAll("details").forEach((d, i) => { open[i] = d.open; });
			part.replaceChildren.apply(part, Array.from(other.childNodes));
			part.querySelectorAll("details").forEach((d, i) => { d.open = d.open || !!open[i]; });
			Object.assign(part.dataset, other.dataset);
		});
	}
	function renew() {
		if (stands.querySelector("input:focus, textarea:focus, select:focus"))
			stands.addEventListener("focusout", renew, { once: true });
		else
			fetch(location.href).then((answer) => answer.text()).then((text) => {
				show(new DOMParser().parseFromString(text, "text/html"));
			}).catch(() => {});
	}
	if (stands && window.EventSource) {
		var source = new EventSource(stands.dataset.live);
		["change", "end"].forEach((name) => {
			source.addEventListener(name, (event) => {
				if (name === "end")
					source.close();
				if (String(JSON.parse(event.data).count) !== stands.dataset.count)
					renew();
			});
		});
	}
})();
