/* planted.cjs: can the checker fail? Into a copy of true books of a few applications one wrong thing
 * is written at a time; the checker has to name each.
 */
'use strict';
const { check } = require('./checker.cjs');

/* The books of some applications alone, copied. */
function excerpt(books, numbers) {
	const chosen = new Set(numbers);
	const entries = books.entries.filter((e) => chosen.has(e.number)).map((e) => ({ ...e, body: undefined }));
	const keys = new Set(books.calls.filter((c) => chosen.has(c.application)).map((c) => c.key));
	return structuredClone({
		entries, ledger: books.ledger.filter((e) => chosen.has(e.application)),
		calls: books.calls.filter((c) => keys.has(c.key)),
		seen: new Map([...chosen].map((number) => [number, books.seen.get(number)])),
		inbox: books.inbox, forged: [], undoable: books.undoable,
		database: { ...books.database, numbers: [...chosen], keys: chosen.size },
		verify: books.verify, recounts: books.recounts.slice(0, 3), stored: books.stored,
	});
}

const posts = (b) => b.calls.filter((c) => !c.back && c.sha256);
const first = (b) => [...b.seen][0];
const rests = (i) => i.status === 'approved' && i.needs.length > 0;
const approved = (b) => first(b)[1].shown.items.find(rests);
const effect = (b) => b.ledger.find((e) => e.application === first(b)[0] && e.item === approved(b).id && e.effects === 1);

/* Of the withdrawn one and the corrected one: number, what is shown, what the citizen did. */
function one(b, fits) {
	const [number, { shown, history }] = [...b.seen].find(([n, { shown: s }]) => fits(s, n));
	return { number, shown, history, entry: b.entries.find((e) => e.number === number) };
}
const isUndone = (shown) => shown?.status === 'withdrawn' && shown.items.some((i) => i.undo === 'done');
const undone = (b) => one(b, isUndone);
const undoneItem = (b) => undone(b).shown.items.find((i) => i.undo === 'done');
const cancel = (b) => b.ledger.find((e) => e.of && e.effects > 0);
const isMended = (shown) => shown?.status === 'finished' && shown.items.some((i) => i.round > 1 && i.status === 'approved');
const mended = (b) => one(b, isMended);
const corrected = (b) => mended(b).entry.acts.find((a) => a.what === 'correction');
const isSound = (shown) => shown?.status === 'finished' && shown.items.some(rests);

const plants = [
	['an effect twice under one key', 'DUPLICATE-EFFECT', (b) => { effect(b).effects = 2; }],
	['an effect again under another key', 'DUPLICATE-EFFECT', (b) => b.ledger.push({ ...effect(b), key: `${effect(b).key}x` })],
	['one operation under two keys', 'TWO-KEYS', (b) => b.calls.push({ ...posts(b)[0], key: `${posts(b)[0].key}x` })],
	['another body under the same key', 'CHANGED-BODY', (b) => b.calls.push({ ...posts(b)[0], sha256: 'ff' })],
	['another body at the department', 'CHANGED-BODY', (b) => { effect(b).body_sha256 = 'ff'; }],
	['another call under the same key', 'CHANGED-CALL', (b) => b.calls.push({ ...posts(b)[0], target: '/health/other' })],
	['a call before its operation was committed', 'EARLY', (b) => b.stored.set(posts(b)[0].tail, 1e12)],
	['an acceptance told before it was committed', 'EARLY', (b) => { b.entries[0].told = 1; }],
	['a dependent before its need was approved', 'ORDER', (b) => {
		const item = approved(b);
		for (const c of b.calls.filter((one) => one.application === first(b)[0] && one.item === item.id))
			c.arrived -= 1e6;
	}],
	['an item before its paper was fetched', 'ORDER', (b) => {
		b.calls.filter((c) => c.materials?.length).slice(0, 1).forEach((c) => { c.arrived -= 1e6; });
	}],
	['the history in another order', 'ORDER', (b) => {
		const { history } = first(b)[1], item = approved(b);
		const at = history.entries.findIndex((e) => e.what === 'sent' && e.item === item.id);
		history.entries.unshift(...history.entries.splice(at, 1));
	}],
	['an accepted application that GET does not know', 'LOST', (b) => { first(b)[1].status = 404; }],
	['an accepted application that is not stored', 'LOST', (b) => b.database.numbers.pop()],
	['an application that nobody filed', 'PHANTOM', (b) => b.database.numbers.push('3301112601-X')],
	['an effect for an application that was never accepted', 'PHANTOM', (b) => { effect(b).application = '3301112601-X'; }],
	['two applications of one key', 'DOUBLED', (b) => { b.database.keys--; }],
	['one application for two keys', 'SHARED', (b) => b.entries.push({ ...b.entries[0], key: 'other' })],
	['another answer to the same key', 'CHANGED-ANSWER', (b) => { b.entries[0].changed = true; }],
	['a filing without an answer', 'UNANSWERED', (b) => { b.entries[0].text = undefined; }],
	['a filing refused', 'REFUSED', (b) => { b.entries[0].refused = '409'; }],
	['an application that does not end', 'UNFINISHED', (b) => { first(b)[1].shown.status = 'in_progress'; }],
	['an approved item without effect', 'NO-EFFECT', (b) => { effect(b).effects = 0; }],
	['an effect that the service does not know of', 'UNAWARE', (b) => { approved(b).status = 'refused'; }],
	['another receipt than the department gave', 'WRONG-RESULT', (b) => { approved(b).receipt = 'X1'; }],
	['an entry of the history changed', 'CHAIN', (b) => { first(b)[1].history.entries[3].at = '2026-01-01T00:00:00.000+08:00'; }],
	['an entry of the history gone', 'CHAIN', (b) => first(b)[1].history.entries.splice(4, 1)],
	['the end of the history gone', 'CHAIN', (b) => first(b)[1].history.entries.pop()],
	['a step twice in the history', 'HISTORY', (b) => {
		const { entries } = first(b)[1].history;
		entries.push(entries.find((e) => e.what === 'approved'));
	}],
	['an open application left', 'LEFT-OPEN', (b) => { b.database.open = 1; }],
	['an answer of a department left', 'LEFT-OPEN', (b) => { b.database.unapplied = 1; }],
	['a later answer refused', 'CALLBACK', (b) => b.calls.push({ back: true, key: 'x', status: 401 })],
	['a later answer taken and not stored', 'CALLBACK', (b) => b.calls.push({ back: true, key: 'x', status: 202 })],
	['a forged answer taken', 'FORGED', (b) => b.forged.push({ key: 'x', status: 202 })],
	['an undo twice', 'DUPLICATE-EFFECT', (b) => b.ledger.push({ ...cancel(b), key: `${cancel(b).key}x` })],
	['an undo that nobody asked for', 'UNDO', (b) => b.ledger.push({ ...cancel(b), key: 'x', of: effect(b).key, item: effect(b).item,
		application: effect(b).application })],
	['an undo that the service does not know of', 'UNDO', (b) => { undoneItem(b).undo = null; }],
	['an undo told that the department never made', 'UNDO', (b) => { cancel(b).effects = 0; }],
	['a matter in force after the withdrawal, untold', 'UNDO', (b) => {
		Object.assign(undoneItem(b), { status: 'approved', undo: null });
		cancel(b).effects = 0;
	}],
	['a withdrawal accepted, and the application goes on', 'WITHDRAWAL', (b) => {
		b.entries.find((e) => e.number === first(b)[0]).acts.push({ what: 'withdrawal', status: 200, told: 1e12 });
	}],
	['a withdrawal that nobody asked for', 'WITHDRAWAL', (b) => { undone(b).entry.acts = []; }],
	['an operation begun after the withdrawal', 'AFTER', (b) => {
		b.stored.set(posts(b).find((c) => c.application === undone(b).number && c.kind === 'forward').tail, 1e12);
	}],
	['a step after the withdrawal in the history', 'AFTER', (b) => {
		const { entries } = undone(b).history;
		entries.push(entries.splice(entries.findIndex((e) => e.what === 'sent'), 1)[0]);
	}],
	['what rests on a matter undone after it', 'ORDER', (b) => {
		const { number, shown } = undone(b), item = undoneItem(b);
		shown.items.find((i) => i.id === item.id).needs = ['made-up'];
		const c = posts(b).find((call) => call.application === number && call.kind === 'cancel' && call.item === item.id);
		b.calls.push({ ...c, item: 'made-up', key: 'x', tail: 'x', arrived: c.arrived - 1e6 });
	}],
	['a correction that is not in the history', 'CORRECTION', (b) => {
		const { entries } = mended(b).history;
		entries.splice(entries.findIndex((e) => e.what === 'corrected'), 1);
	}],
	['a correction twice in the history', 'CORRECTION', (b) => { corrected(b).status = 409; }],
	['sent again without the correction', 'CORRECTION', (b) => {
		const [field] = Object.keys(mended(b).entry.mend);
		b.calls.find((c) => c.application === mended(b).number && c.data && field in c.data).data[field] = 'as it was';
	}],
	['a withdrawal without an answer', 'UNANSWERED', (b) => { undone(b).entry.acts[0].status = undefined; }],
	['a correction refused', 'REFUSED', (b) => { corrected(b).status = 422; }],
	['a figure that differed for a second', 'VERIFY', (b) => b.recounts.push({ exit: 1, text: '1 differences\n' })],
	['a figure that differs', 'VERIFY', (b) => { b.verify = { exit: 1, text: '1 application, 2 entries, 1 differences\n' }; }],
];

/* One test for each plant: test(name, body). */
async function testPlants(test, assert, books, random) {
	const fitting = (fits) => [...books.seen].filter(([, { shown }]) => fits(shown)).map(([number]) => number);
	const draw = (list) => list[Math.floor(random() * list.length)];
	const mends = new Set(books.entries.filter((e) => e.acts.some((a) => a.what === 'correction' && a.status === 200)).map((e) => e.number));
	const numbers = [draw(fitting(isSound).filter((n) => !mends.has(n))), draw(fitting(isMended).filter((n) => mends.has(n))), draw(fitting(isUndone))];
	await test('something was undone, and something mended', () => assert.ok(numbers.every(Boolean), numbers.join(' ')));
	if (!numbers.every(Boolean))
		return;
	await test('the books of three applications alone are in order', () =>
		assert.deepEqual(check(excerpt(books, numbers)), []));
	for (const [what, name, plant] of plants)
		await test(`the checker finds ${what}`, () => {
			const spoilt = excerpt(books, numbers);
			plant(spoilt);
			const findings = check(spoilt);
			assert.ok(findings.some((f) => f.startsWith(`${name}: `)), `${name} is not among ${JSON.stringify(findings)}`);
		});
}

module.exports = { testPlants };
