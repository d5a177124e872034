/* page.js: small conveniences. Every page reads, files and works without it. */
"use strict";
(() => {
	/* Something must be put right: go there at once. */
	var alert = document.querySelector("[data-focus]");
	if (alert) {
		alert.tabIndex = -1;
		alert.focus();
	}

	/* Buttons that only a script can serve are hidden until it runs. */
	document.querySelectorAll("button[data-print]").forEach((button) => {
		button.hidden = false;
		button.addEventListener("click", () => { window.print(); });
	});

	/* What is to be typed into another system is copied by a button. */
	document.querySelectorAll("button[data-copy]").forEach((button) => {
		button.hidden = !navigator.clipboard;
		button.addEventListener("click", () => { navigator.clipboard.writeText(button.dataset.copy); });
	});

	function read(text) {
		return new DOMParser().parseFromString(text, "text/html");
	}

	function load(url, how, then) {
		return fetch(url, how).then((answer) => {
			return answer.text().then((text) => { then(read(text), answer.status); });
		});
	}

	/* The one page: what is typed is kept on the way, and the questions follow the answers. Which apply the
	 * server says: it gives the page anew, and parts that differ (by data-q) are put in place. What is being
	 * typed in stays. */
	var form = document.getElementById("form");
	if (form)
		live();

	function live() {
		var saving = null, again = false, timer = 0, newer = {}, why = "", pieces = window.pieces;

		function keyed(root) {
			return Array.prototype.filter.call(root.children, (e) => e.dataset.q);
		}

		/* A paper that is on its way, or was refused, is the next upload's to change. */
		function isTyped(e) {
			var file = e.matches(".paper") && e.querySelector("[type=file]:not([data-sent])");
			return newer[e.dataset.q] || (file && (file.files.length || e.matches(".wrong"))) ||
				(e.contains(document.activeElement) && !e.matches(".known"));
		}

		function merge(now, then) {
			var old = {}, last = null;
			keyed(now).forEach((e) => { old[e.dataset.q] = e; });
			keyed(then).forEach((e) => {
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
			Object.keys(old).forEach((key) => { old[key].remove(); });
		}

		/* What keeps it from being saved is said at once; what can pass by itself is tried again. */
		function tell(reason) {
			why = reason;
			form.querySelectorAll("[data-why]").forEach((p) => { p.hidden = p.dataset.why !== why; });
			if (why !== "down" && why !== "out")
				return;
			clearTimeout(timer);
			timer = setTimeout(save, 5000);
		}

		/* False when it was not kept. */
		function take(page, status) {
			var fresh = page.getElementById("form");
			if (status === 200 && fresh) {
				["_revision", "_asked"].forEach((name) => {
					form.elements[name].value = fresh.querySelector("[name=" + name + "]").value;
				});
				merge(form, fresh);
				ready();
				tell("");
			} else {
				tell(status === 409 ? page.querySelector("[name=_mine]") ? "twice" : "gone"
					: status === 403 || page.querySelector("[name=password]") ? "out" : "down");
			}
			return !why;
		}

		/* Whoever came in again in another window has another token; somebody else's is not taken. */
		function renewed() {
			return why === "out" ? load(form.action, {}, (page) => {
				var fresh = page.getElementById("form");
				if (fresh && fresh.dataset.who === form.dataset.who)
					form.elements._csrf.value = fresh.querySelector("[name=_csrf]").value;
			}) : Promise.resolve();
		}

		function send() {
			var data = new FormData(form);
			newer = {};
			form.querySelectorAll("[type=file]").forEach((input) => { data.delete(input.name); });
			return load(form.action, { method: "POST", body: data }, take);
		}

		/* One at a time: the page that answers the one before must not be put over that of the next. */
		function busy(asked) {
			saving = asked.then(() => {
				saving = null;
				if (again)
					save();
			});
		}

		function save() {
			clearTimeout(timer);
			again = Boolean(saving);
			if (!saving)
				busy(renewed().then(send).catch(() => { tell("down"); }));
		}

		form.addEventListener("input", (event) => {
			if (event.target.type === "file")
				return;
			for (var e = event.target; e !== form; e = e.parentNode)
				if (e.dataset.q)
					newer[e.dataset.q] = true;
			clearTimeout(timer);
			timer = setTimeout(save, 3000);
		});
		form.addEventListener("change", (event) => {
			if (event.target.type !== "file")
				save();
			else if (pieces)
				upload(event.target);
		});
		["online", "focus"].forEach((name) => {
			window.addEventListener(name, () => {
				if (why)
					save();
			});
		});
		/* Whoever goes on waits until the last save is through, and stays while nothing gets through. */
		form.addEventListener("submit", (event) => {
			clearTimeout(timer);
			again = false;
			if (!saving && (why === "down" || !navigator.onLine))
				save();
			if (saving) {
				event.preventDefault();
				saving.then(() => {
					if (why !== "down")
						form.requestSubmit(event.submitter);
				});
			}
		});

		/* Papers, as they are picked (pieces.js). */
		function upload(input) {
			var file = input.files[0], box = input.closest(".paper"), data = new FormData();
			function put(page, status) {
				input.blur();
				input.dataset.sent = "";
				if (take(page, status))
					return pieces.preview(document.getElementById(box.id), file);
				delete input.dataset.sent;
				failed();
			}
			function failed(status) {
				if ([413, 415, 429].includes(status))
					return load(form.action + (/\?/.test(form.action) ? "&" : "?") + "paper=" + input.dataset.paper + "&wrong=" + status, {}, put);
				box.querySelector("progress").hidden = true;
				box.querySelector(".told").textContent = form.dataset.failed;
				box.querySelector("[data-upload]").hidden = false;
				if (why !== "twice" && why !== "gone")
					setTimeout(() => { if (input.isConnected) upload(input); }, 5000);
			}
			if (!file)
				return;
			if (saving) {
				saving.then(() => { upload(input); });
				return;
			}
			data.append("_csrf", form.elements._csrf.value);
			busy(pieces.send(form, input).then((id) => {
				data.append("had." + input.dataset.paper, id);
				return load(form.action, { method: "POST", body: data }, put);
			}).catch(failed));
		}

		function ready() {
			form.querySelectorAll("[data-upload]").forEach((button) => { button.hidden = Boolean(pieces); });
		}
		ready();
	}
})();
