/* lifecycle.cjs: start, stop, kill, reload: nothing is lost, nothing is done twice, and what must not
 * start does not.
 */
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { assert, birth, idNumber, program, request, sleep, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

/* A filing whose body comes in two parts, the first when the node has asked for it, the second when `go` is called;
 * the raw answer. */
async function slowly(w, who) {
	const body = Buffer.from(JSON.stringify(birth()));
	const socket = net.connect(w.port, '127.0.0.1');
	let got = '';
	socket.on('error', () => {});
	socket.on('data', (part) => { got += part; });
	const answer = new Promise((done) => socket.on('close', () => done(got)));
	const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';
	socket.write(['POST /api/v1/applications HTTP/1.1', 'Host: here', `Authorization: Bearer ${w.tokens[who]}`,
		'Content-Type: application/json', 'Expect: 100-continue',
		`Idempotency-Key: ${Math.random()}`, `Content-Length: ${body.length}`, '', ''].join('\r\n'));
	await until('it is asked to go on', () => got === goOn);
	got = '';
	socket.write(body.subarray(0, 100));
	return { go: () => socket.write(body.subarray(100)), answer };
}

suite(async (test) => {
	const w = await World.start({ own: true, fresh: true });
	const stored = () => Number(w.sql('SELECT count(*) FROM application')[0]);
	const held = [];
	let hold;

	await w.account('anna', 'citizen', { id: idNumber(1) });
	w.gate.rule = (call) => hold && call.json && call.json.item === hold ? new Promise((done) => held.push(done)) : undefined;
	const release = () => { hold = undefined; held.splice(0).forEach((done) => done()); };

	/* After a kill: every key's effect exactly once, whatever was sent how often. */
	async function once(numbers) {
		const lines = (await w.ledger()).filter((l) => numbers.includes(l.application) && !/^(material|record):/.test(l.item));
		assert.ok(lines.length >= numbers.length * 7, `${lines.length} lines`);
		for (const line of lines)
			assert.equal(line.effects, 1, `${line.application} ${line.item}`);
		assert.equal(new Set(lines.map((l) => l.application + l.item)).size, lines.length);
	}

	await test('SIGTERM drains: what is in flight gets its 201, new connections none, exit 0', async () => {
		const slow = await Promise.all(Array.from({ length: 8 }, () => slowly(w, 'anna')));
		const before = stored();
		const end = w.node.stop();
		await until('nobody new is let in', () => request(w.port, { path: '/healthz', via: undefined,
			headers: { Connection: 'close' } }).then(() => false, (e) => e.code === 'ECONNREFUSED'));
		slow.forEach((s) => s.go());
		for (const s of slow)
			assert.match(await s.answer, /^HTTP\/1\.1 201 [^]*\r\nConnection: close\r\n/i);
		assert.equal(await end, 0, w.node.text().slice(-800));
		await w.startNode();
		assert.equal(stored(), before + 8);
	});

	await test('SIGTERM under load: 201 and stored are the same, everybody else was refused', async () => {
		const before = stored();
		const sent = Array.from({ length: 150 }, (_, i) => sleep(i).then(() => w.file('anna', birth(),
			{ faulty: true }).then((a) => a.status, (e) => e.code)));
		await Promise.any(sent.map((one) => one.then((status) => assert.equal(status, 201))));
		const exit = await w.node.stop();
		const got = await Promise.all(sent);
		assert.equal(exit, 0, w.node.text().slice(-3000));
		assert.ok(got.every((s) => [201, 503, 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(s)), [...new Set(got)].join());
		await w.startNode();
		assert.equal(stored() - before, got.filter((s) => s === 201).length, got.join());
		const open = () => Number(w.sql('SELECT count(*) FROM progress WHERE open')[0]);
		await until('all are finished', () => open() === 0);
	});

	await test('kill -9 with open applications: after the start they go on within a second, each effect once', async () => {
		hold = 'hukou_birth';
		const filed = await Promise.all(Array.from({ length: 20 }, () => w.accepted('anna', birth())));
		const numbers = filed.map((a) => a.number);
		const sent = () => new Set(w.gate.calls.filter((c) => c.json && c.json.item === 'hukou_birth'
			&& numbers.includes(c.json.application)).map((c) => c.key)).size;
		await until('20 calls are out', () => sent() === 20);
		await w.node.kill('SIGKILL');
		hold = undefined;
		held.splice(0).forEach((done) => done({ status: 500 })); /* nobody hears it */
		w.gate.calls.length = 0;
		await w.startNode();
		await until('all are sent again', () => sent() === 20);
		for (const number of numbers)
			await w.finished('anna', number);
		await once(numbers);
	});

	await test('kill -9 again and again in the middle of it: nothing is lost, nothing is done twice', async () => {
		const numbers = [];
		for (let round = 0; round < 3; round++) {
			const sent = Array.from({ length: 10 }, () => w.file('anna', birth(), { faulty: true }).then((a) => a, () => undefined));
			await Promise.any(sent.map((s) => s.then((a) => assert.equal(a.status, 201))));
			await sleep(20 * round);
			await w.node.kill('SIGKILL');
			for (const answer of await Promise.all(sent))
				if (answer && answer.status === 201)
					numbers.push(answer.json.number);
			await w.startNode();
		}
		assert.ok(numbers.length > 0);
		for (const number of numbers)
			await w.finished('anna', number);
		await until('also those whose answer was lost', () => w.sql('SELECT count(*) FROM progress WHERE open')[0] === '0');
		await once(numbers);
		await w.verify();
	});

	await test('a callback that was answered 202 just before a kill is applied after it', async () => {
		w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 202, body: { state: 'pending',
			result_id: '1' } } : undefined;
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		const { key } = w.gate.find(number, 'hukou_birth');
		const sent = w.callback('public_security', { key, state: 'approved', result_id: '2', outputs: { child_id_no: idNumber(9, true,
			'20261120'), hukou_no: '1',
			hukou_region_code: '330111' } });
		const status = (await sent).status;
		await w.node.kill('SIGKILL');
		assert.equal(status, 202);
		await w.startNode();
		await w.finished('anna', number);
		w.gate.rule = (call) => hold && call.json && call.json.item === hold ? new Promise((done) => held.push(done)) : undefined;
	});

	const file = path.join(w.events, 'birth.lua');
	const original = fs.readFileSync(file, 'utf8');
	const guide = async () => (await w.http('GET', '/api/v1/events/birth')).json;
	const hup = async (pattern) => {
		const from = w.node.text().length;
		w.node.process.kill('SIGHUP');
		return until(`the log says ${pattern}`, () => pattern.exec(w.node.text().slice(from)));
	};

	await test('SIGHUP with a broken file: what is in force stays, the log names file, line and cause', async () => {
		const before = await guide();
		fs.writeFileSync(file, original.replace('when   = answer.fertility_registered:is "no"',
			'when   = answer.fertility_registred:is "no"'));
		const [line] = await hup(/<3>.*birth\.lua:\d+: .*/);
		assert.match(line, /fertility_registred/);
		assert.equal((await guide()).version, before.version);
		await w.finished('anna', (await w.accepted('anna', birth())).number);
	});

	await test('a new version applies to new applications; one under way goes on with its own', async () => {
		const before = (await guide()).version;
		hold = 'hukou_birth';
		const old = await w.accepted('anna', birth());
		await until('its call is out', () => held.length > 0);
		fs.writeFileSync(file, original.replace('event "birth" { "新生儿出生一件事"',
			'event "birth" { "新生儿出生一件事(新版)"').replace(/item "child_health_record" \{ "儿童保健手册建册", choice = "on"/,
			'item "child_health_record" { "儿童保健手册建册", choice = "off"'));
		await hup(/<6>.*files read again/);
		const after = await guide();
		assert.notEqual(after.version, before);
		assert.equal(after.title, '新生儿出生一件事(新版)');
		const fresh = await w.accepted('anna', birth());
		assert.equal(fresh.version, after.version);
		assert.equal(item(fresh, 'child_health_record').status, 'skipped');
		release();
		const done = await w.finished('anna', old.number);
		assert.deepEqual([done.version, done.title, item(done, 'child_health_record').status], [before, '新生儿出生一件事', 'approved']);
		await w.finished('anna', fresh.number);
	});

	await test('after a restart too, although its file is gone', async () => {
		hold = 'hukou_birth';
		const old = await w.accepted('anna', birth());
		await until('its call is out', () => held.length > 0);
		await w.node.kill('SIGKILL');
		held.length = 0;
		hold = undefined;
		fs.writeFileSync(file, original);
		await w.startNode();
		const done = await w.finished('anna', old.number);
		assert.deepEqual([done.version, done.title], [old.version, '新生儿出生一件事(新版)']);
		assert.equal((await guide()).title, '新生儿出生一件事');
		await w.verify();
	});

	await test('demo tokens are worth nothing where others than this machine can come', async () => {
		const demo = (await w.run('account', 'token', 'anna', '--demo')).stdout.trim();
		const list = async (who) => (await w.http('GET', '/api/v1/applications', { who })).status;
		assert.deepEqual([await list(demo), await list('anna')], [200, 200]);
		await w.node.stop();
		w.writeConfig({ listen: `0.0.0.0:${w.port}`, public_url: `http://127.0.0.1:${w.port}` });
		await w.startNode();
		assert.deepEqual([await list(demo), await list('anna')], [401, 200]);
		await w.node.stop();
	});

	await test('an event that calls a department without address or secret is not put in force', async () => {
		for (const name of ['url', 'secret_file']) {
			w.writeConfig({ [`department.hrss.${name}`]: null });
			const told = await w.run('serve');
			assert.equal(told.status, 1, told.stderr);
			assert.match(told.stderr, new RegExp(`<3>.*department\\.hrss\\.${name}`));
		}
		w.writeConfig();
		await w.startNode();
		await w.finished('anna', (await w.accepted('anna', birth())).number);
	});

	await test('without its key the node does not start, and makes no new one; with another neither', async () => {
		assert.equal(await w.node.stop(), 0);
		const key = path.join(w.data, 'key');
		fs.renameSync(key, `${key}.away`);
		for (const other of [null, fs.readFileSync(`${key}.away`).map((b, i) => i === 3 ? (b === 97 ? 98 : 97) : b)]) {
			if (other)
				fs.writeFileSync(key, other, { mode: 0o600 });
			const told = await w.run('serve');
			assert.equal(told.status, 1, told.stderr);
			assert.match(told.stderr, /<3>.*key/);
			assert.equal(fs.existsSync(key), Boolean(other), 'nothing was made');
		}
		fs.renameSync(`${key}.away`, key);
		await w.startNode();
	});

	await test('a setting that there is not stops it, with the nearest name', async () => {
		const { YIJIANSHI_DATABSE, ...env } = { ...process.env, YIJIANSHI_LISTN: 'x' };
		const told = spawnSync(program, ['doctor', '--config', w.config], { encoding: 'utf8', env, cwd: '/' });
		assert.equal(told.status, 2, `${YIJIANSHI_DATABSE}`);
		assert.match(told.stderr, /listen/);
	});

	await test('doctor says that all is well, and what is not when a department is away', async () => {
		const well = await w.run('doctor');
		assert.equal(well.status, 0, well.stdout + well.stderr);
		await w.departments.stop();
		const port = w.gate.port;
		w.gate.close();
		const ill = await w.run('doctor');
		assert.equal(ill.status, 1);
		assert.match(ill.stdout + ill.stderr, /public_security/);
		assert.ok(port > 0);
	});
	w.departments = undefined;
	await w.stop();
});
