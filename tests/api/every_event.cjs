/* every_event.cjs: every event from filing to its end, as its demo files it: alone, sent back once and
 * corrected, and withdrawn. What each event says itself is held against its facts in tests/events; here
 * it has to come through the whole program, with the simulated departments on the other side.
 */
'use strict';
const crypto = require('node:crypto');
const { assert, suite, until, World } = require('./harness.cjs');
const paper = require('../papers.cjs');
const { events, filing, people } = require('../lives.cjs');

const settled = new Set(['approved', 'skipped', 'refused', 'blocked', 'withdrawn']);
const told = new Map(); /* event -> the calls of one application */
let n = 0;

suite(async (test) => {
	const w = await World.start();
	for (const p of people)
		await w.account(p.account, 'citizen', { id: p.id, full: p.full });

	const post = (who, number, what, json) => w.http('POST', `/api/v1/applications/${number}/${what}`,
		{ who, json, key: crypto.randomUUID() });
	async function filed(event, options) {
		const f = filing(event, n++, options);
		const materials = {};
		for (const id of f.papers)
			materials[id] = (await w.http('POST', '/api/v1/files', { who: f.who.account, body: paper.pdf(), type: 'application/pdf' })).json.id;
		const application = await w.accepted(f.who.account, { event, form: f.form, materials });
		for (const s of f.signs) {
			const answer = await post(s.who.account, application.number, 'signatures', { sign: s.sign, agrees: s.agrees });
			assert.equal(answer.status, 200, answer.text);
		}
		return { ...f, who: f.who.account, number: application.number };
	}
	const effects = async (number) => (await w.ledger()).filter((e) => e.application === number && e.effects > 0);

	for (const event of events) {
		await test(`${event}: files, and finishes; each department did its part once`, async () => {
			const f = await filed(event);
			const done = await w.finished(f.who, f.number);
			const approved = done.items.filter((i) => i.status === 'approved' && !/_later$/.test(i.id)).map((i) => i.id);
			assert.ok(approved.length > 0);
			/* what is sent on later, and other tellings, hold nothing up */
			assert.deepEqual(done.items.filter((i) => !['approved', 'skipped'].includes(i.status) && !/_later$/.test(i.id)).map((i) => `${i.id}=${i.status}`), []);
			const did = (await effects(f.number)).filter((e) => !e.call.includes('/')).map((e) => e.item);
			assert.deepEqual(did.sort(), approved.sort());
			told.set(event, w.gate.of(f.number));
		});

		await test(`47: ${event}: no department is told a field that its item does not declare`, async () => {
			const { items } = (await w.http('GET', `/api/v1/events/${event}`)).json;
			const calls = told.get(event).filter((c) => c.json && !/^(material|record):/.test(c.json.item));
			for (const c of calls) { /* what is sent on later goes by the item that it belongs to */
				const takes = items.find((i) => i.id === c.json.item)?.takes.map((t) => t.name);
				assert.ok(takes, c.json.item);
				assert.deepEqual(Object.keys(c.json.data).filter((name) => !takes.includes(name)), [], c.json.item);
			}
			assert.ok(calls.length > 2);
		});

		await test(`${event}: sent back once, corrected, and then finishes`, async () => {
			const f = await filed(event, { marked: true });
			const [[field, value]] = Object.entries(f.mend);
			const waiting = await w.watch(f.who, f.number, 'it waits for the applicant', (a) => a.items.some((i) => i.status === 'correction'));
			assert.equal(waiting.next.who, 'applicant');
			const other = await post(f.who, f.number, 'correction', { form: { no_such: 1 } });
			assert.equal(other.status, 422, other.text);
			const answer = await post(f.who, f.number, 'correction', { form: { [field]: value } });
			assert.equal(answer.status, 200, answer.text);
			const done = await w.finished(f.who, f.number);
			assert.ok(done.items.some((i) => i.round === 2 && i.status === 'approved'));
			assert.equal((await w.history(f.who, f.number)).filter((e) => e.what === 'corrected').length, 1);
		});

		await test(`${event}: withdrawn at once, and everything done is undone or told to stay`, async () => {
			/* after three items the departments take their time, or it might be over before that */
			const held = [];
			let items = 0;
			w.gate.rule = (call) => call.json && call.json.data && !/^(material|record):/.test(call.json.item) && ++items > 3
				? new Promise((go) => held.push(go)) : undefined;
			const f = await filed(event);
			const answer = await post(f.who, f.number, 'withdrawal', { reason: '改主意了' });
			w.gate.rule = () => undefined;
			held.forEach((go) => go());
			assert.equal(answer.status, 200, answer.text);
			const done = await w.watch(f.who, f.number, 'it is withdrawn', (a) => a.status === 'withdrawn');
			assert.ok(done.items.every((i) => settled.has(i.status)), JSON.stringify(done.items.map((i) => [i.id, i.status, i.undo])));
			await until('the departments agree', async () => {
				const did = await effects(f.number), undone = new Set(did.filter((e) => e.of).map((e) => e.of));
				return did.filter((e) => !e.call.includes('/')).every((e) => {
					const item = done.items.find((i) => i.id === e.item);
					return undone.has(e.key) ? item.undo === 'done' : ['impossible', 'failed'].includes(item.undo) && item.status === 'approved';
				});
			});
		});
	}

	await test('verify finds nothing', () => w.verify());
	await w.stop();
});
