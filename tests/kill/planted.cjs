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
		seen: new Map([...books.seen].filter(([number]) => chosen.has(number))),
		database: { ...books.database, numbers: [...chosen], keys: chosen.size },
		verify: books.verify, stored: books.stored,
	});
}

const effect = (b) => b.ledger.find((e) => e.effects === 1);
const posts = (b) => b.calls.filter((c) => !c.back && c.sha256);
const first = (b) => [...b.seen][0];
const approved = (b) => first(b)[1].shown.items.find((i) => i.status === 'approved' && i.needs.length);

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
	['an effect that the service does not know of', 'UNAWARE', (b) => { approved(b).status = 'attention'; }],
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
	['a figure that differs', 'VERIFY', (b) => { b.verify = { exit: 1, text: '1 application, 2 entries, 1 differences\n' }; }],
];

/* One test for each plant: test(name, body). */
async function testPlants(test, assert, books, random) {
	const fitting = [...books.seen].filter(([, { shown }]) => shown?.status === 'finished').map(([number]) => number);
	const numbers = Array.from({ length: Math.min(3, fitting.length) }, () =>
		fitting.splice(Math.floor(random() * fitting.length), 1)[0]);
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
