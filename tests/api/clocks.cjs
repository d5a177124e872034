/* clocks.cjs: a node whose own clock is wrong, two hours behind, a day and a half ahead, beyond 2038, or jumps: no time
 * that people or departments are told comes from it, nothing falls due by it, nobody is let in or kept out by it.
 * (YJS_WALL_CLOCK exists in a build with --enable-faults, as scripts/test makes one.)
 */
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, Browser, idNumber, now, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const hours = 3600, wrong = { 'two hours behind': -2 * hours, 'a day and a half ahead': 36 * hours, 'beyond 2038': 12 * 365 * 24 * hours };
const isNear = (text, what) => assert.ok(Math.abs(Date.parse(text) / 1000 - now()) < 600, `${what}: ${text}`);

suite(async (test) => {
	const w = await World.start();
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.password('anna', '春江潮水连海平海上明月');
	w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 202, body: { state: 'pending', result_id: 'PS-1' } }
		: undefined;
	const browser = new Browser(w);
	assert.equal((await browser.login('anna', '春江潮水连海平海上明月')).status, 200);
	const left = []; /* of the clock before: goes on under the next one */

	async function acknowledged() {
		const filed = await w.accepted('anna', birth());
		await w.watch('anna', filed.number, 'hukou_birth is acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		return filed;
	}
	const approve = (number, timestamp) => w.callback('public_security', { key: w.gate.find(number, 'hukou_birth').key, state: 'approved',
		result_id: 'PS-77', outputs: { child_id_no: idNumber(5, true, '20261120'), hukou_no: 'H1', hukou_region_code: '330111' } }, { timestamp });

	const right = await acknowledged();
	left.push(right.number);
	async function startedWith(clock) {
		assert.equal(await w.node.stop(), 0);
		w.options.environment = clock;
		await w.startNode();
	}

	/* One more application is filed, the one before it comes to its end: all by the right time. `stale`: seconds by
	 * which what a department says would be fresh for the wrong clock. */
	async function goesOn(stale) {
		assert.equal(await browser.status(), 200, 'who was in is in');
		const filed = await acknowledged(), shown = await w.show('anna', filed.number);
		isNear(filed.submitted_at, 'submitted_at');
		isNear(item(shown, 'hukou_birth').sent_at, 'sent_at');
		isNear(item(shown, 'hukou_birth').acknowledged_at, 'acknowledged_at');
		if (filed.submitted_at.slice(0, 10) === right.submitted_at.slice(0, 10)) /* not beyond midnight */
			assert.equal(filed.promised_by, right.promised_by, 'the promise');
		for (const call of w.gate.of(filed.number))
			assert.ok(Math.abs(Number(call.headers['x-timestamp']) - now()) < 300, 'calls are signed with the right time');
		const before = left.pop();
		assert.equal((await approve(before, now() + stale)).status, 401, 'what is fresh by the wrong clock is stale');
		assert.equal((await approve(before, now())).status, 202, 'what is fresh is taken');
		const done = await w.finished('anna', before), words = (await w.history('anna', before)).map((e) => e.what);
		isNear(item(done, 'hukou_birth').decided_at, 'decided_at');
		assert.ok(!words.some((word) => /overdue|deemed/.test(word)), words.join());
		left.push(filed.number);
	}

	for (const [what, seconds] of Object.entries(wrong))
		await test(`a node's clock ${what}: times, deadlines, signatures and logins are as ever`, async () => {
			await startedWith({ YJS_WALL_CLOCK: String(seconds) });
			await goesOn(seconds);
		});

	await test('a node\'s clock that jumps from one to the other all the time: the same', async () => {
		const file = path.join(w.dir, 'clock'), jumps = Object.values(wrong);
		let n = 0;
		const jump = () => fs.writeFileSync(file, String(jumps[n++ % jumps.length]));
		jump();
		const jumping = setInterval(jump, 20);
		await startedWith({ YJS_WALL_CLOCK: file });
		for (const seconds of jumps)
			await goesOn(seconds);
		clearInterval(jumping);
		assert.ok(n > jumps.length, `${n} jumps`);
	});

	await test('the database\'s clock is set, ahead and back, while the node runs: all goes by it, once', async () => {
		const file = path.join(w.dir, 'clock'), days = 70 * 24 * hours;
		const set = async (seconds) => {
			fs.writeFileSync(file, String(seconds));
			w.sql('NOTIFY yjs_node'); /* it beats now and not in ten seconds */
			return until('it follows', async () => {
				const { submitted_at } = await w.accepted('anna', birth());
				return Math.abs(Date.parse(submitted_at) / 1000 - now() - seconds) < 600;
			});
		};
		fs.writeFileSync(file, '0');
		await startedWith({ YJS_DATABASE_CLOCK: file });
		const { number } = await acknowledged();
		await set(days);
		const overdue = async () => (await w.history('anna', number)).filter((e) => e.what === 'overdue').length;
		await w.watch('anna', number, 'its promise has passed', async () => await overdue() > 0);
		assert.equal((await approve(number, now())).status, 401, 'stale by the database\'s clock');
		await set(0);
		assert.match(w.node.text(), /the database's clock was set by 60[0-9]{5}\.[0-9] s[^]*set by -60/);
		assert.equal((await approve(number, now())).status, 202);
		await w.finished('anna', number);
		assert.equal(await overdue(), 1, 'once');
		await w.verify();
	});

	await test('with its clock right again nothing has fallen due meanwhile', async () => {
		await startedWith({});
		assert.equal((await approve(left[0], now())).status, 202);
		await w.finished('anna', left[0]);
		await w.verify();
	});
	await w.stop();
});
