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

	/* What is to be typed into another system is copied by a button. */
	document.querySelectorAll("button[data-copy]").forEach(function (button) {
		button.hidden = !navigator.clipboard;
		button.addEventListener("click", function () { navigator.clipboard.writeText(button.dataset.copy); });
	});

	/* The one page: what is typed is kept on the way, and the questions follow the answers. Which apply is
	 * the server's to say: it gives the page anew, and by their keys (data-q) only parts that differ are put
	 * in place. What is being typed in stays. */
	var form = document.getElementById("form");
	if (form)
		live();

	function live() {
		var saving = null, again = false, timer = 0, newer = {};

		function keyed(root) {
			return Array.prototype.filter.call(root.children, function (e) { return e.dataset.q; });
		}

		/* A paper that is on its way, or was refused, is the next upload's to change. */
		function isTyped(e) {
			var file = e.matches(".paper") && e.querySelector("[type=file]:not([data-sent])");
			return newer[e.dataset.q] || (file && (file.files.length || e.matches(".wrong"))) ||
				(e.contains(document.activeElement) && !e.matches(".known"));
		}

		function merge(now, then) {
			var old = {}, last = null;
			keyed(now).forEach(function (e) { old[e.dataset.q] = e; });
			keyed(then).forEach(function (e) {
				var mine = old[e.dataset.q], put = mine;
				delete old[e.dataset.q];
				if (mine && "live" in mine.dataset && "live" in e.dataset) {
					merge(mine, e);
				} else if (!mine || (!isTyped(mine) && !mine.isEqualNode(e))) {
					put = document.importNode(e, true);
					if (mine)
						mine.replaceWith(put);
				}
				if (!put.isConnected)
					now.insertBefore(put, last ? last.nextSibling : now.querySelector(":scope > [data-q]"));
				last = put;
			});
			Object.keys(old).forEach(function (key) { old[key].remove(); });
		}

		/* False when it is not this page: the session has ended, another device was first. */
		function take(text) {
			var page = new DOMParser().parseFromString(text, "text/html"), fresh = page.getElementById("form");
			if (!fresh)
				return false;
			["_revision", "_asked"].forEach(function (name) {
				form.elements[name].value = fresh.querySelector("[name=" + name + "]").value;
			});
			merge(form, fresh);
			ready();
			return true;
		}

		/* One at a time: the page that answers the one before must not be put over that of the next. */
		function busy(asked) {
			saving = asked.then(function () {
				saving = null;
				if (again)
					save();
			});
		}

		function save() {
			var data = new FormData(form);
			clearTimeout(timer);
			again = Boolean(saving);
			if (saving)
				return;
			newer = {};
			form.querySelectorAll("[type=file]").forEach(function (input) { data.delete(input.name); });
			busy(fetch(form.action, { method: "POST", body: data })
				.then(function (answer) { return answer.text(); }).then(take).catch(function () {}));
		}

		form.addEventListener("input", function (event) {
			if (event.target.type === "file")
				return;
			for (var e = event.target; e !== form; e = e.parentNode)
				if (e.dataset.q)
					newer[e.dataset.q] = true;
			clearTimeout(timer);
			timer = setTimeout(save, 3000);
		});
		form.addEventListener("change", function (event) {
			if (event.target.type === "file")
				upload(event.target);
			else
				save();
		});
		/* Whoever goes on waits until the last save is through, so that the two do not cross. */
		form.addEventListener("submit", function (event) {
			clearTimeout(timer);
			again = false;
			if (saving) {
				event.preventDefault();
				saving.then(function () { form.requestSubmit(event.submitter); });
			}
		});

		/* Papers, one by one as they are picked: seen at once, with the progress; the button tries once more. */
		function upload(input) {
			var file = input.files[0], box = input.closest(".paper"), bar = box.querySelector("progress");
			var data = new FormData(), request = new XMLHttpRequest();
			function failed() {
				bar.hidden = true;
				box.querySelector(".told").textContent = form.dataset.failed;
				box.querySelector("[data-upload]").hidden = false;
			}
			if (!file)
				return;
			if (saving) {
				saving.then(function () { upload(input); });
				return;
			}
			data.append("_csrf", form.elements._csrf.value);
			data.append(input.name, file);
			bar.hidden = false;
			request.upload.onprogress = function (event) { bar.value = event.loaded / event.total; };
			request.onerror = failed;
			request.onload = function () {
				input.blur();
				input.dataset.sent = "";
				if (request.status === 200 && take(request.responseText))
					return preview(document.getElementById(box.id), file);
				delete input.dataset.sent;
				failed();
			};
			busy(new Promise(function (done) { request.onloadend = done; }));
			request.open("POST", form.action);
			request.send(data);
		}

		function preview(box, file) {
			var image = document.createElement("img");
			if (!box || box.matches(".wrong") || !/^image\/(jpeg|png)$/.test(file.type))
				return;
			image.alt = file.name;
			image.src = URL.createObjectURL(file);
			box.append(image);
		}

		function ready() {
			form.querySelectorAll("[data-upload]").forEach(function (button) { button.hidden = true; });
		}
		ready();
	}

	/* Where an application stands is shown anew when it has changed: its parts are taken from the same page,
	   fetched again. What stands open stays open; while something is being typed, nothing is changed. */
	var stands = document.querySelector("#stands[data-live]"); /* the one page has parts of that name too */
	function show(text) {
		var fresh = new DOMParser().parseFromString(text, "text/html");
		document.querySelectorAll("[data-fresh]").forEach(function (part) {
			var other = fresh.getElementById(part.id), open = [];
			if (!other)
				return;
			part.querySelectorAll("details").forEach(function (d, i) { open[i] = d.open; });
			part.replaceChildren.apply(part, Array.from(other.childNodes));
			part.querySelectorAll("details").forEach(function (d, i) { d.open = d.open || !!open[i]; });
			Object.assign(part.dataset, other.dataset);
		});
	}
	function renew() {
		if (stands.querySelector("input:focus, textarea:focus, select:focus"))
			stands.addEventListener("focusout", renew, { once: true });
		else
			fetch(location.href).then(function (a) { return a.ok ? a.text() : ""; }).then(show, function () {});
	}
	if (stands && window.EventSource) {
		var source = new EventSource(stands.dataset.live);
		["change", "end"].forEach(function (name) {
			source.addEventListener(name, function (event) {
				if (name === "end")
					source.close();
				if (String(JSON.parse(event.data).count) !== stands.dataset.count)
					renew();
			});
		});
	}
})();
