/* foreign.cjs: departments that share nothing with this project but the protocol serve as well. */
'use strict';
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, request, scratch, sources, suite, World } = require('./harness.cjs');

/* What each department of a birth gives, made up without knowing a connector file. */
const gives = {
	cdc: { open_vaccination_record: { vaccination_no: 'Y{n}' } },
	hrss: { issue_social_security_card: { ss_card_no: 'S{n}' } },
	tax: { declare_premium: {} },
	civil_affairs: { marriage_record: { married: true } },
	medical_insurance: { enrol_newborn: { medins_person_no: 'M{n}' } },
};
const later = { cdc: 150, medical_insurance: 250 };
const started = [];

/* Starts one on a port of its own; its address. */
function start(id) {
	const secret = path.join(scratch, `${id}.secret`);
	fs.writeFileSync(secret, `secret of ${id}\ncoming ${id}\n`, { mode: 0o600 });
	const child = spawn(process.execPath, [path.join(sources, 'tests', 'departments', 'foreign.mjs'), '--secret', secret, '--journal',
		path.join(scratch, `${id}.journal`), '--base', `/office/${id}`, '--gives', JSON.stringify(gives[id]), '--later',
			String(later[id] || 0)],
	{ stdio: ['ignore', 'pipe', 'inherit'] });
	started.push(child);
	return new Promise((done, fail) => {
		let said = '';
		child.once('exit', (code) => fail(new Error(`foreign ${id} ended: ${code}`)));
		child.stdout.on('data', (part) => {
			said += part;
			const url = /ready on (\S+)/.exec(said);
			if (url)
				done({ id, secret, url: url[1], child });
		});
	});
}

suite(async (test) => {
	const offices = await Promise.all(Object.keys(gives).map(start));
	const settings = {};
	for (const o of offices) {
		settings[`department.${o.id}.url`] = o.url;
		settings[`department.${o.id}.secret_file`] = o.secret;
	}
	const w = await World.start({ settings });
	let done;

	await w.account('anna', 'citizen', { id: idNumber(1) });

	await test('a birth is finished between five foreign departments and two simulated ones', async () => {
		const { number } = await w.accepted('anna', birth());
		done = await w.finished('anna', number);
		for (const i of done.items.filter((one) => gives[one.department] && one.status !== 'skipped')) {
			assert.equal(i.status, 'approved', i.id);
			assert.match(i.receipt, /^W[0-9A-F]{10}$/, i.id);
			assert.ok(later[i.department] || !i.acknowledged_at, i.id); // a later answer may overtake the 202's commit
		}
		assert.match(done.items.find((i) => i.id === 'social_security_card').outputs.ss_card_no, /^S\d+$/);
	});

	await test('each of them was asked once a matter and its callback was taken', async () => {
		for (const o of offices) {
			const { text } = await request(Number(new URL(o.url).port), { path: '/_ledger' });
			const lines = text.split('\n').filter(Boolean).map((l) => JSON.parse(l)).filter((l) => l.application === done.number);
			assert.equal(new Set(lines.map((l) => l.key)).size, lines.length, o.id);
			assert.ok(lines.length > 0, o.id);
			for (const line of lines)
				assert.ok(!line.callback || line.told, `${o.id}: ${line.item}`);
		}
	});

	await test('the coming secret is accepted from them already', async () => {
		const answer = await w.callback('cdc', { key: 'x', state: 'rejected', result_id: '1', reason: 'x' }, { secret: 'coming cdc' });
		assert.equal(answer.status, 202, answer.text);
		assert.equal((await w.callback('cdc', { key: 'x', state: 'rejected', result_id: '1', reason: 'x' },
			{ secret: 'coming tax' })).status, 401);
	});

	await test('verify says 0 differences', () => w.verify());
	for (const child of started) {
		child.removeAllListeners('exit');
		child.kill();
	}
	await w.stop();
});
