/* fill.cjs: filling in the one page as a person does, by the guide's questions: with the pointer, or with
 * the keyboard alone.
 *
 * What the page does not ask is passed over; more may be asked after each round, so it goes on until the
 * page says that nothing is missing.
 */
'use strict';
const { until } = require('../api/harness.cjs');

const done = '该填的都填了';

/* What is on its way between the page and the server: a page is still when nothing is. */
function traffic(page) {
	const open = new Set();
	page.on('request', (r) => open.add(r));
	for (const end of ['requestfinished', 'requestfailed'])
		page.on(end, (r) => open.delete(r));
	return { still: () => until('the page is still', () => open.size === 0) };
}

/* The fields of the form: {name: {type, value}} with the names that they have in the page. */
function fieldsOf(questions, form, prefix = '') {
	const fields = {};
	for (const q of questions) {
		const value = form[q.id], name = prefix + q.id;
		if (value === undefined)
			continue;
		if (q.type === 'list')
			value.forEach((row, i) => Object.assign(fields, fieldsOf(q.each, row, `${name}.${i}.`)));
		else if (q.type === 'address')
			Object.assign(fields, { [`${name}.division`]: value.division, [`${name}.text`]: value.text });
		else if (q.type === 'datetime')
			Object.assign(fields, { [`${name}.day`]: value.slice(0, 10), [`${name}.time`]: value.slice(11, 16) });
		else if (q.type === 'yes_no')
			fields[name] = value ? 'yes' : 'no';
		else if (q.type === 'consent')
			fields[name] = 'yes';
		else
			fields[name] = q.type === 'money' ? String(value / 100) : String(value);
	}
	return fields;
}

async function questions(context, origin, event) {
	return (await (await context.request.get(`${origin}/api/v1/events/${event}`)).json()).sections.flatMap((s) => s.questions);
}

/* ---- with the pointer ---- */

async function put(page, name, value) {
	const seen = `[name="${name}"]:not([type=hidden])`, field = page.locator(seen), soon = { timeout: 5000 };
	if (await field.count() === 0)
		return;
	const type = await field.first().evaluate((e) => e.type, null, soon);
	if (type === 'radio' || type === 'checkbox')
		await page.locator(`${seen}[value="${value}"]`).check(soon);
	else if (type === 'select-one')
		await field.selectOption(value, soon);
	else if (await field.inputValue(soon) !== value)
		await field.fill(value, soon);
}

/* What is known meanwhile is no longer a field, just when one reaches for it: the next round sees what is. */
async function try_put(page, name, value) {
	try {
		await put(page, name, value);
	} catch (error) {
		if (!/Timeout|not attached|not a checkbox/i.test(error.message))
			throw error;
	}
}

/* ---- with the keyboard ---- */

/* The field that has the focus, as the keyboard needs to know it. */
const focused = () => {
	const e = document.activeElement;
	return { name: e.name || '', type: e.type || '', value: e.value || '', list: Boolean(e.list), checked: Boolean(e.checked),
		radios: e.type === 'radio' ? [...document.getElementsByName(e.name)].map((r) => r.value) : [],
		options: e.tagName === 'SELECT' ? [...e.options].map((o) => o.value) : [], at: e.selectedIndex };
};

/* Browsers take a day in the order of their own language. */
async function typeDay(page, value) {
	const [y, m, d] = value.split('-');
	for (const keys of [[m, d, y], [y, 'ArrowRight', m, d], [d, m, y]]) {
		for (const key of keys)
			await (key.length > 4 ? page.keyboard.press(key) : page.keyboard.type(key));
		if ((await page.evaluate(focused)).value === value)
			return;
		for (let i = 0; i < 3; i++)
			await page.keyboard.press('ArrowLeft');
	}
	throw new Error(`the day ${value} cannot be typed`);
}

async function typeTime(page, value) {
	const [hour, minute] = value.split(':').map(Number), two = (n) => String(n).padStart(2, '0');
	for (const keys of [two(hour % 12 || 12) + two(minute) + (hour < 12 ? 'AM' : 'PM'), two(hour) + two(minute)]) {
		await page.keyboard.type(keys);
		if ((await page.evaluate(focused)).value === value)
			return;
		for (let i = 0; i < 3; i++)
			await page.keyboard.press('ArrowLeft');
	}
	throw new Error(`the time ${value} cannot be typed`);
}

async function press(page, key, times) {
	for (let i = 0; i < times; i++)
		await page.keyboard.press(key);
}

/* Type the value where the focus is. */
async function type(page, at, value) {
	if (at.type === 'checkbox') {
		if (!at.checked)
			await page.keyboard.press('Space');
	} else if (at.type === 'radio') {
		await page.keyboard.press('Space');
		await press(page, 'ArrowDown', (at.radios.indexOf(value) - at.radios.indexOf(at.value) + at.radios.length) % at.radios.length);
	} else if (at.type === 'select-one') {
		await press(page, 'ArrowDown', at.options.indexOf(value) - at.at);
	} else if (at.value === value) {
		return;
	} else if (at.type === 'date') {
		await typeDay(page, value);
	} else if (at.type === 'time') {
		await typeTime(page, value);
	} else {
		await page.keyboard.press('Control+a');
		await page.keyboard.type(value);
		if (at.list)
			await page.keyboard.press('Escape'); /* the list of suggestions, which would take the next key */
	}
}

/* From the first field to the button at the end, Tab by Tab. */
async function walk(page, fields, stops = 600) {
	const seen = new Set();
	await page.locator('#main').focus();
	for (let i = 0; i < stops; i++) {
		await page.keyboard.press('Tab');
		const at = await page.evaluate(focused);
		if (at.name === '_do' && at.value === 'check')
			return;
		if (fields[at.name] === undefined || seen.has(at.name) || at.type === 'hidden')
			continue;
		seen.add(at.name);
		await type(page, at, fields[at.name]);
	}
	throw new Error('Tab never comes to the button that goes on');
}

/* ---- the whole ---- */

/* Rounds until nothing is missing. way: script (false: the button saves each round), keyboard. */
async function fill(page, context, origin, event, form, way) {
	const wire = traffic(page), fields = fieldsOf(await questions(context, origin, event), form);
	for (let round = 0; round < 6; round++) {
		if (way.keyboard)
			await walk(page, fields);
		else
			for (const [name, value] of Object.entries(fields))
				await try_put(page, name, value);
		if (way.script === false) {
			await Promise.all([page.waitForNavigation(), page.locator('.ending button[value=save]').click()]);
		} else {
			await page.locator('#main').focus();
			await wire.still();
		}
		if ((await page.locator('.ending p').first().innerText()).includes(done))
			return;
	}
	await page.goto(`${origin}/apply/${event}?check=1`);
	throw new Error(`still wrong: ${(await page.locator('.error').allInnerTexts()).join(' ')}`);
}

module.exports = { fill, traffic };
