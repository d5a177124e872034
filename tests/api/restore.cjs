/* restore.cjs: the operator's day by the README alone: is it well, what does it say; a backup while it runs, the
 * machine lost, the backup put back elsewhere by the README's own commands: what was under way goes on under its
 * old keys, nothing is done twice, what the backup has not is named; and no key is ever made over old data.
 */
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, freePort, idNumber, request, sources, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

/* The README's commands, from the block that has `part` in it. */
function commands(part) {
	const blocks = fs.readFileSync(path.join(sources, 'README.md'), 'utf8').match(/```sh\n[^]*?\n```/g);
	return blocks.find((b) => b.includes(part)).split('\n').slice(1, -1).join('\n');
}

function shell(text, environment) {
	const told = spawnSync('sh', ['-eu', '-c', text], { encoding: 'utf8', env: { ...process.env, ...environment } });
	assert.equal(told.status, 0, `${text}\n${told.stderr}`);
}

suite(async (test) => {
	const w = await World.start({ own: (world) => { /* asked for soon */
		const file = path.join(world.connectors, 'public_security.lua');
		fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/ask_after = "10m"/, 'ask_after = "1s"'));
	} });
	const backup = path.join(w.dir, 'backup'), key = path.join(w.dir, 'kept-key');
	const first = w.data;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('clerk', 'clerk', { department: 'public_security' });

	/* --- is it well? --- */

	await test('doctor, healthz, readyz: all is well, a line each', async () => {
		const told = await w.run('doctor');
		assert.equal(told.status, 0, told.stdout + told.stderr);
		for (const what of ['database', 'key', 'heads', 'clock', 'calendar', 'fonts', 'files', 'public_security'])
			assert.match(told.stdout, new RegExp(`^ok +${what} `, 'm'));
		for (const where of ['/healthz', '/readyz'])
			assert.equal((await w.http('GET', where)).status, 200);
	});

	await test('metrics: every line is a figure or says what it is', async () => {
		const told = (await w.http('GET', '/metrics')).text;
		for (const line of told.trim().split('\n'))
			assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="[^"]*",?)+\})? -?\d+)$/);
		assert.match(told, /^yijianshi_applications_running \d+$/m);
	});

	await test('the log: one line an event, with its weight', () => {
		for (const line of w.node.text().trim().split('\n'))
			assert.match(line, /^<[3467]>/);
	});

	/* --- under way --- */

	let fate; /* what becomes of the call of hukou_birth */
	const really = (call) => request(w.departmentsPort, { method: call.method, path: call.target, headers: call.headers, body: call.body });
	w.gate.rule = (call) => fate && call.method === 'POST' && call.json?.item === 'hukou_birth' ? fate(call) : undefined;

	async function file(what) {
		fate = what;
		const { number } = await w.accepted('anna', birth());
		if (what)
			await until('its call is out', () => w.gate.find(number, 'hukou_birth'));
		return number;
	}

	const done = await file();
	await w.finished('anna', done);
	let is_done = false;
	const lost = await file(async (call) => { /* it is done, and nobody hears of it */
		await really(call);
		is_done = true;
		return 'reset';
	});
	await until('it was done', () => is_done);
	const later = await file(async (call) => { /* it is done, and will be told later */
		const answer = await really(call);
		return { status: 202, body: { state: 'pending', result_id: answer.json.result_id } };
	});
	await w.watch('anna', later, 'it was acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
	let answer;
	const held = await file(() => new Promise((go) => { answer = go; }));

	await test('a backup, while it runs and things are under way', () => {
		shell(commands('pg_basebackup'), { DATA: first, BACKUP: backup, KEY: key });
		assert.ok(fs.existsSync(path.join(backup, 'PG_VERSION')));
		assert.ok(!fs.readdirSync(backup, { recursive: true }).includes('key'), 'the key is kept apart');
	});

	const after = await (async () => { /* what the backup will not have */
		fate = undefined;
		answer({ status: 503 });
		const number = await file();
		for (const n of [number, lost, later, held])
			await w.finished('anna', n);
		assert.equal((await w.http('GET', `/api/v1/applications/${done}`, { who: 'clerk' })).status, 200);
		await w.verify();
		return number;
	})();

	/* --- the machine is lost --- */

	await test('the node stops, its folder is gone', async () => {
		assert.equal(await w.node.stop(), 0);
		fs.renameSync(first, `${first}.lost`);
		w.data = path.join(w.dir, 'restored');
		w.writeConfig({ node: 'restored' }); /* another machine has another name */
	});

	const none = path.join(w.dir, 'no-key-here');

	await test('without the key nothing starts and none is made', async () => {
		shell(commands('postgresql"'), { DATA: w.data, BACKUP: backup, KEY: key });
		w.writeConfig({ node: 'restored', key_file: none });
		for (const command of [['serve'], ['doctor'], ['account', 'add', 'mallory', '--role', 'operator']]) {
			const told = await w.run(...command);
			assert.equal(told.status, 1, told.stdout + told.stderr);
			assert.match(told.stdout + told.stderr, /key/);
			assert.ok(!fs.existsSync(none), `${command[0]} made a key over old data`);
		}
		w.writeConfig({ node: 'restored' });
	});

	const before = w.gate.calls.length;

	await test('restored: what was under way goes on to its end', async () => {
		await w.startNode();
		for (const number of [lost, later, held])
			await w.finished('anna', number);
		assert.equal((await w.http('GET', `/api/v1/applications/${after}`, { who: 'anna' })).status, 404);
	});

	await test('under its old keys, with the old bodies: no effect twice', async () => {
		const again = w.gate.calls.slice(before).filter((c) => c.method === 'POST');
		assert.ok(again.some((c) => w.gate.calls.indexOf(c) >= before && w.gate.calls.slice(0, before).some((o) => o.key === c.key)));
		for (const call of again)
			for (const old of w.gate.calls.slice(0, before).filter((c) => c.method === 'POST' && c.key === call.key))
				assert.ok(old.body.equals(call.body), `${call.department} ${call.key}: another body`);
		const lines = (await w.ledger()).filter((l) => !/^(material|record):/.test(l.item));
		for (const line of lines)
			assert.equal(line.effects, 1, `${line.application} ${line.item}`);
		assert.equal(new Set(lines.map((l) => l.application + l.item)).size, lines.length);
	});

	await test('verify: 0 differences; with the lost machine\'s heads it names what the backup has not, and no more', async () => {
		await w.verify();
		const heads = path.join(w.data, 'key.heads'), old = path.join(heads, 'of-the-lost');
		w.node.process.kill('SIGALRM'); /* its minute is over */
		await until('it keeps its own', () => fs.existsSync(path.join(heads, 'restored')));
		fs.copyFileSync(path.join(`${first}.lost`, 'key.heads', 'tested'), old);
		fs.appendFileSync(old, 'history 330111 1 3301'); /* written when the disk was full */
		const told = await w.run('verify');
		assert.equal(told.status, 1, told.stdout);
		assert.match(told.stdout, new RegExp(`^${after}: application: is gone, which a head kept outside tells of$`, 'm'));
		assert.match(told.stdout, /^access of chain \d+ place 1: who read whose data: is gone, which a head kept outside tells of$/m);
		for (const number of [lost, later, held])
			assert.match(told.stdout, new RegExp(`^${number}: history`, 'm'));
		assert.doesNotMatch(told.stdout, new RegExp(done));
		fs.rmSync(old);
		await w.verify();
	});

	/* --- another machine beside it --- */

	await test('a second node begins with a copy of the key only', async () => {
		const data = path.join(w.dir, 'second'), copy = path.join(data, 'key'), port = await freePort();
		const config = path.join(w.dir, 'second.conf');
		fs.mkdirSync(data, { mode: 0o700 });
		fs.writeFileSync(config, fs.readFileSync(w.config, 'utf8').replace(`127.0.0.1:${w.port}`, `127.0.0.1:${port}`)
			.replace('node = restored', 'node = second').replace(/^data_dir = .*$/m, `data_dir = ${data}`)
			+ `database = host=${path.join(w.data, 'run')} dbname=yijianshi user=yijianshi\n`);
		const own = w.config;
		w.config = config;
		assert.equal((await w.run('serve')).status, 1);
		assert.ok(!fs.existsSync(copy), 'a key was made over old data');
		fs.writeFileSync(copy, `${'ab'.repeat(32)}\n`, { mode: 0o600 });
		assert.equal((await w.run('serve')).status, 1);
		fs.copyFileSync(key, copy);
		const told = await w.run('doctor');
		assert.equal(told.status, 0, told.stdout + told.stderr);
		w.config = own;
	});
	await w.stop();
});
