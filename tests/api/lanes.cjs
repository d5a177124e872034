/* lanes.cjs: a group of the engine that waits in the database does not hold up the others: while one
 * application's row is locked by somebody else, others go on by the second connection.
 */
'use strict';
const { spawn } = require('node:child_process');
const path = require('node:path');
const { assert, birth, idNumber, suite, until, World } = require('./harness.cjs');

/* A session of the owner that keeps an application's row locked until it is ended. */
function lock(w, number) {
	const session = spawn('psql', ['-X', '-A', '-t', '-q', '-h', path.join(w.data, 'run'), '-U', w.owner(), '-d', 'yijianshi']);
	let told = '';
	session.stdout.on('data', (part) => { told += part; });
	session.stdin.write(`BEGIN; SELECT 'locked' FROM progress WHERE id = (SELECT id FROM application WHERE number = '${number}') FOR UPDATE;\n`);
	return { taken: () => told.includes('locked'), end: () => session.stdin.end('ROLLBACK;\n') };
}

suite(async (test) => {
	const w = await World.start();
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('bela', 'citizen', { id: idNumber(2) });
	const beside = async () => Number((await w.http('GET', '/metrics')).text.match(/^yijianshi_groups_beside_total (\d+)$/m)[1]);

	await test('while one group waits for a lock, groups of others go beside it', async () => {
		let release;
		const held = new Promise((done) => { release = done; });
		const first = await w.accepted('anna', birth());
		w.gate.rule = async (call) => { if (call.json && call.json.application === first.number) await held; };
		const locked = lock(w, first.number), before = await beside(), others = [];
		await until('the row is locked', locked.taken);
		release();
		/* a lock is waited for five seconds, then the group comes again, perhaps with others in it */
		await until('a group went beside it', async () => {
			others.push((await w.accepted('bela', birth())).number);
			return await beside() > before;
		});
		locked.end();
		await w.finished('anna', first.number);
		for (const number of others)
			await w.finished('bela', number);
	});

	await test('verify finds no difference', () => w.verify());
	await w.stop();
});
