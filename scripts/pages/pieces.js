/* pieces.js: a paper goes up piece by piece as soon as it is picked, and goes on where it broke. On the one page
 * page.js puts it into the draft; of a form with data-pieces its id goes along in place of the file. */
"use strict";
(() => {
	var up = new WeakMap(); /* the id of a file that has come whole */

	/* Gives the file's id, or fails with the status. */
	function send(form, input) {
		var file = input.files[0], bar = input.closest(".paper").querySelector("progress");
		function ask(method, rest, body) {
			return fetch("/api/v1/uploads" + rest, { method: method, body: body,
				headers: { "X-CSRF-Token": form.elements._csrf.value } })
				.then((answer) => answer.ok ? answer.json() : Promise.reject(answer.status));
		}
		function go(at) {
			if (at.sha256) {
				up.set(file, at.id);
				return at.id;
			}
			bar.value = at.offset / file.size;
			return ask("PATCH", "/" + at.id + "?offset=" + at.offset, file.slice(at.offset, at.offset + 262144)).then(go);
		}
		bar.hidden = false;
		return up.has(file) ? Promise.resolve(up.get(file)) : ask("POST", "", new Blob([JSON.stringify({ size: file.size,
			mark: [input.name, file.lastModified, file.name].join() })], { type: "application/json" })).then(go);
	}

	function preview(box, file) {
		var image = document.createElement("img");
		if (!box || box.matches(".wrong") || !/^image\/(jpeg|png)$/.test(file.type))
			return;
		image.alt = file.name;
		image.src = URL.createObjectURL(file);
		box.append(image);
	}

	window.pieces = { send: send, preview: preview };

	document.querySelectorAll("form[data-pieces]").forEach((form) => {
		var last = Promise.resolve(), open = 0, held = false;

		function tell(box, text, wrong) {
			box.querySelector("progress").hidden = true;
			box.querySelector(".told").textContent = text;
			box.classList.toggle("wrong", Boolean(wrong));
		}

		function done(input, file, id) {
			var box = input.closest(".paper"), image = box.querySelector("img");
			box.querySelector("[data-had]").value = id;
			tell(box, form.dataset.had + file.name);
			if (image)
				image.remove();
			preview(box, file);
		}

		/* What can pass by itself is tried again; until then the file goes along with the form as without a script. */
		function failed(input, file, status) {
			var wrong = form.dataset["wrong" + status], out = status === 401 || status === 403;
			if (input.files[0] !== file)
				return;
			tell(input.closest(".paper"), wrong || form.dataset[out ? "out" : "failed"], wrong);
			if (wrong)
				input.value = "";
			else
				setTimeout(() => { (out ? renew() : Promise.resolve()).then(() => { take(input, file); }, () => {}); }, 5000);
		}

		/* Whoever came in again in another window has another token; somebody else's is not taken. */
		function renew() {
			return fetch(form.dataset.pieces).then((answer) => answer.text()).then((text) => {
				var fresh = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-pieces]");
				if (fresh && fresh.elements._who.value === form.elements._who.value)
					form.elements._csrf.value = fresh.elements._csrf.value;
			});
		}

		function take(input, file) {
			if (!file || input.files[0] !== file)
				return;
			open++;
			last = last.then(() => send(form, input)).then((id) => { done(input, file, id); },
				(status) => { failed(input, file, status); }).then(() => { open--; });
		}

		form.addEventListener("change", (event) => {
			if (event.target.type === "file")
				take(event.target, event.target.files[0]);
		});
		/* Whoever goes on waits until what is on its way has come. */
		form.addEventListener("submit", (event) => {
			if (!open)
				return;
			event.preventDefault();
			if (!held)
				last.then(() => {
					held = false;
					form.requestSubmit(event.submitter);
				});
			held = true;
		});
		form.addEventListener("formdata", (event) => {
			form.querySelectorAll("[type=file]").forEach((input) => {
				if (input.files[0] && up.has(input.files[0]))
					event.formData.delete(input.name);
			});
		});
	});
})();
