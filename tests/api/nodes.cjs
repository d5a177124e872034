/* nodes.cjs: a PostgreSQL of somebody else with its roles apart, several nodes on one database: what
 * comes to one is done by the other, what one leaves behind too; and a database that goes away.
 */
'use strict';
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, freePort, idNumber, program, request, scratch, sleep, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);
const newest = () => Math.max(...fs.readdirSync('/usr/lib/postgresql').map(Number).filter((v) => v > 0));

suite(async (test) => {
	const bin = `/usr/lib/postgresql/${newest()}/bin`;
	const data = path.join(scratch, 'pg'), host = path.join(scratch, 'pgrun');
	fs.mkdirSync(host, { mode: 0o700 });
	const made = spawnSync(`${bin}/initdb`, ['-D', data, '-A', 'trust', '-U', 'root_of_it', '-E', 'UTF8', '--no-sync'],
		{ encoding: 'utf8' });
	assert.equal(made.status, 0, made.stderr);
	const server = spawn(`${bin}/postgres`, ['-D', data, '-k', host, '-c', 'listen_addresses=', '-c', 'fsync=off'], { stdio: 'ignore' });
	const ended = new Promise((done) => server.once('exit', done));
	const superuser = (sql, database = 'postgres') => spawnSync('psql', ['-X', '-h', host, '-U', 'root_of_it', '-d', database, '-v',
		'ON_ERROR_STOP=1', '-c', sql], { encoding: 'utf8' });
	await until('PostgreSQL is there', () => superuser('SELECT 1').status === 0);
	for (const sql of ['CREATE ROLE "its-owner" LOGIN', 'CREATE ROLE "its-service" LOGIN', 'CREATE DATABASE cases OWNER "its-owner"'])
		assert.equal(superuser(sql).status, 0, sql);
	/* three calls at once over all nodes, so that two nodes have unequal parts; none is given up while a test holds it */
	const own = (world) => {
		const file = path.join(world.connectors, 'public_security.lua'), text = fs.readFileSync(file, 'utf8');
		assert.match(text, /timeout = "10s".*\n.*at_once = 64/);
		fs.writeFileSync(file, text.replace('timeout = "10s"', 'timeout = "5m"').replace('at_once = 64', 'at_once = 3'));
	};
	const database = { database: `host=${host} dbname=cases user=its-service`, node_silence: 4000 }; /* a busy machine is no dead node */
	const w = await World.start({ database, owner: 'root_of_it', own, serve: false });
	const sql = (statement, role = 'root_of_it') => w.sql(statement, { role, database: 'cases', host });

	await test('without the owner\'s role and without tables it says what to do', async () => {
		const told = await w.run('serve');
		assert.equal(told.status, 1, told.stderr);
		assert.match(told.stderr, /migrate|database_owner/);
		assert.equal((await w.run('migrate')).status, 1);
	});

	await test('migrate as the owner, then serve as the service alone', async () => {
		w.writeConfig({ database_owner: `host=${host} dbname=cases user=its-owner` });
		for (let i = 0; i < 2; i++) {
			const told = await w.run('migrate');
			assert.equal(told.status, 0, told.stderr);
		}
		w.writeConfig();
		await w.startNode();
		assert.ok(!fs.existsSync(path.join(w.data, 'postgresql')), 'no private PostgreSQL');
	});

	await test('a birth is finished there', async () => {
		w.writeConfig({ database_owner: `host=${host} dbname=cases user=its-owner` });
		await w.account('anna', 'citizen', { id: idNumber(1) });
		const { number } = await w.accepted('anna', birth());
		await w.finished('anna', number);
		await w.verify();
	});

	await test('the service can neither change nor take away what is written for good, nor become the owner', () => {
		for (const statement of ['UPDATE history SET entries = entries', 'DELETE FROM history', 'TRUNCATE history',
			'UPDATE access SET why = why', 'DELETE FROM access',
			'TRUNCATE access', 'UPDATE application SET sealed = sealed', 'DELETE FROM application', 'DELETE FROM operation',
				'UPDATE operation SET body = body',
			'DELETE FROM request_key', 'DELETE FROM counter', 'DROP TABLE history', 'ALTER TABLE history ADD x int',
				'CREATE TABLE x (y int)', 'SET ROLE "its-owner"',
			'DELETE FROM inbox', 'DELETE FROM setting', 'UPDATE setting SET value = value', 'UPDATE version SET declared = declared'])
			assert.throws(() => sql(statement, 'its-service'), /permission denied|must be owner/, statement);
		const partition = sql(`SELECT tablename FROM pg_tables WHERE tablename LIKE 'history\\_2%' LIMIT 1`)[0];
		assert.throws(() => sql(`DELETE FROM ${partition}`, 'its-service'), /permission denied/, 'nor by way of a partition');
		sql('GRANT ALL ON history TO "its-service"', 'its-service'); /* PostgreSQL warns and grants nothing */
		assert.throws(() => sql('DELETE FROM history', 'its-service'), /permission denied/);
	});

	const port = await freePort();
	const second = path.join(w.dir, 'second.conf');
	fs.writeFileSync(second, fs.readFileSync(w.config, 'utf8').replace(`127.0.0.1:${w.port}`,
		`127.0.0.1:${port}`).replace('node = tested', 'node = second'));
	let other;

	async function startOther(config) {
		other = spawn(program, ['serve', '--config', config], { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
		other.said = '';
		other.stderr.on('data', (part) => { other.said += part; });
		other.gone = new Promise((done) => other.once('exit', (code, signal) => { other.ended = signal || code; done(other.ended); }));
		await until('the other node is ready', async () => {
			assert.equal(other.ended, undefined, other.said);
			return request(port, { path: '/readyz', via: undefined }).then((a) => a.status === 200, () => false);
		});
	}

	await test('two nodes, one database: filed at one, seen and listed at the other, one key for both', async () => {
		await startOther(second);
		const body = birth();
		const filed = await w.accepted('anna', body, { key: 'both', port });
		assert.equal((await w.show('anna', filed.number)).number, filed.number);
		await w.finished('anna', filed.number);
		const again = await w.file('anna', body, { key: 'both' });
		assert.deepEqual([again.status, again.headers['idempotent-replayed'], again.json.number], [201, 'true', filed.number]);
	});

	await test('the same key at both nodes at once: one application', async () => {
		const body = birth();
		const before = sql('SELECT count(*) FROM application')[0];
		const answers = await Promise.all([...Array(16)].flatMap(() => [w.file('anna', body, { key: 'race' }), w.file('anna', body,
			{ key: 'race', port })]));
		assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
		assert.equal(new Set(answers.map((a) => a.text)).size, 1);
		assert.equal(Number(sql('SELECT count(*) FROM application')[0]), Number(before) + 1);
	});

	const approved = (key) => ({ key, state: 'approved', result_id: '2', outputs: { child_id_no: idNumber(9, true, '20261120'),
		hukou_no: '1', hukou_region_code: '330111' } });
	async function pending() {
		w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? { status: 202, body: { state: 'pending',
			result_id: '1' } } : undefined;
		const { number } = await w.accepted('anna', birth(), { port });
		await w.watch('anna', number, 'acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		return { number, key: w.gate.find(number, 'hukou_birth').key };
	}

	await test('a callback that comes to the other node is applied by the one that owns the application', async () => {
		const { number, key } = await pending();
		assert.equal((await w.callback('public_security', approved(key))).status, 202);
		await w.finished('anna', number);
	});

	await test('a withdrawal asked of the other node is decided by the owner, once, and answered where it was asked', async () => {
		const { number, key } = await pending();
		const ask = (more) => w.http('POST', `/api/v1/applications/${number}/withdrawal`, { who: 'anna', json: {}, key: 'away', ...more });
		const [first, second, third] = await Promise.all([ask(), ask(), ask({ port })]);
		assert.equal(first.status, 200, first.text);
		assert.deepEqual([second.text, third.text, (await ask({ port })).text], [first.text, first.text, first.text]);
		assert.equal((await ask({ key: 'again' })).status, 409);
		await w.callback('public_security', approved(key));
		await w.watch('anna', number, 'withdrawn', (a) => a.status === 'withdrawn');
		assert.equal((await w.history('anna', number)).filter((e) => e.what === 'withdrawal').length, 1);
	});

	const lives = () => sql('SELECT incarnation FROM node WHERE ended_at IS NULL ORDER BY 1').join();
	const figure = async (name, at) => Number(new RegExp(`^yijianshi_${name} (\\d+)$`, 'm').exec((await w.http('GET', '/metrics',
		{ port: at, via: undefined })).text)[1]);
	const queued = (at) => figure('department_calls{department="public_security",state="waiting"}'.replace(/[{}]/g, '\\$&'), at);

	await test('what a department takes at once holds over both nodes, and each has its part of it', async () => {
		const filed = [], held = { now: 0, most: 0, free: [] };
		w.gate.rule = async (call) => {
			if (call.department !== 'public_security')
				return undefined;
			held.most = Math.max(held.most, ++held.now);
			await new Promise((done) => held.free.push(done));
			held.now--;
			return undefined;
		};
		let before;
		await until('both know of one another', async () => {
			before = lives();
			return await figure('nodes') === 2 && await figure('nodes', port) === 2;
		});
		for (let i = 0; i < 4; i++)
			filed.push(await w.accepted('anna', birth()), await w.accepted('anna', birth(), { port }));
		await until('calls wait at both', async () => await queued() > 0 && await queued(port) > 0);
		await until('three are there', () => held.now === 3 || lives() !== before);
		if (lives() === before) /* else the machine stood still for so long that one was given up */
			assert.equal(held.most, 3);
		w.gate.rule = () => undefined;
		held.free.forEach((done) => done());
		for (const { number } of filed)
			await w.finished('anna', number);
	});

	await test('the other node takes over what a killed one leaves behind', async () => {
		const { number, key } = await pending(), second = (await pending()).number;
		other.kill('SIGKILL');
		await other.gone;
		/* asked while nobody owns it: not lost, and the same key gives the answer once somebody does */
		const left = await w.http('POST', `/api/v1/applications/${second}/withdrawal`, { who: 'anna', json: {}, key: 'left' });
		assert.ok([200, 409].includes(left.status), left.text);
		assert.equal(left.status === 409, left.headers['retry-after'] !== undefined);
		await until('withdrawn after all', async () => (await w.http('POST', `/api/v1/applications/${second}/withdrawal`, { who: 'anna',
			json: {}, key: 'left' })).status === 200);
		assert.equal((await w.callback('public_security', approved(key))).status, 202);
		await w.finished('anna', number);
		await w.verify();
	});

	await test('a frozen node loses its work; when it goes on it writes nothing, and begins a new life', async () => {
		const third = path.join(w.dir, 'third.conf');
		fs.writeFileSync(third, fs.readFileSync(second, 'utf8').replace('node = second', 'node = third'));
		await startOther(third);
		let number, key;
		const owner = () => sql(`SELECT n.name FROM progress p JOIN application a USING (division, id) JOIN node n ON n.incarnation = p.node
			WHERE a.number = '${number}'`)[0];
		await until('it owns one', async () => { /* that the machine stood still does not matter */
			({ number, key } = await pending());
			return owner() === 'third';
		});
		/* another's call is out while it freezes: what only the transfer still knows goes with this life */
		const released = [];
		w.gate.rule = (call) => call.json && call.json.item === 'hukou_birth' ? new Promise((done) => released.push(done)) : undefined;
		const out = (await w.accepted('anna', birth(), { port })).number;
		await until('its call is out', () => released.length > 0);
		await until('the database has been there for long enough', () => sql('SELECT pg_postmaster_start_time() < now() - interval \'11 seconds\'')[0] === 't');
		const begun = Date.now();
		other.kill('SIGSTOP');
		await until('the first has its work', () => owner() === 'tested');
		await until('and asks again what was out', () => released.length > 1);
		process.stdout.write(`# taken over ${Date.now() - begun} ms after it froze\n`);
		assert.equal((await w.callback('public_security', approved(key))).status, 202);
		await w.finished('anna', number);
		other.kill('SIGCONT');
		await until('it lives anew', () => other.said.includes('beginning a new life') &&
			sql("SELECT count(*) FROM node WHERE name = 'third' AND ended_at IS NULL")[0] === '1');
		w.gate.rule = () => undefined;
		released.forEach((done) => done());
		await w.finished('anna', out);
		await until('it is ready again', () => request(port, { path: '/readyz', via: undefined }).then((a) => a.status === 200, () => false));
		const again = await pending();
		assert.equal((await w.callback('public_security', approved(again.key))).status, 202);
		await w.finished('anna', again.number);
		assert.equal((await w.history('anna', number)).filter((e) => e.what === 'approved' && e.item === 'hukou_birth').length, 1);
		other.kill('SIGTERM');
		assert.equal(await other.gone, 0, other.said.slice(-500));
		await w.verify();
	});

	let back;
	await test('when the database goes away: 503 with Retry-After, alive but not ready; when it is back all goes on', async () => {
		w.gate.rule = () => undefined;
		server.kill('SIGQUIT');
		await ended;
		const answer = await w.file('anna', birth(), { faulty: true });
		assert.equal(answer.status, 503, answer.text);
		assert.doesNotMatch(answer.text, /psql|libpq|socket|host=|FATAL/);
		assert.equal((await w.http('GET', '/healthz')).status, 200);
		assert.equal((await w.http('GET', '/readyz', { faulty: true })).status, 503);
		back = spawn(`${bin}/postgres`, ['-D', data, '-k', host, '-c', 'listen_addresses=', '-c', 'fsync=off'], { stdio: 'ignore' });
		await until('ready again', async () => (await w.http('GET', '/readyz', { faulty: true })).status === 200);
		const body = birth();
		const filed = await until('accepted again', () => w.file('anna', body, { key: 'after',
			faulty: true }).then((a) => a.status === 201 && a.json));
		const shown = () => w.http('GET', `/api/v1/applications/${filed.number}`, { who: 'anna', faulty: true });
		await until('finished; each worker finds its way back on its own', async () => (await shown()).json.status === 'finished');
		await w.verify();
	});
	await test('an idle node that is alone sleeps', async () => {
		const tasks = `/proc/${w.node.pid}/task`;
		const woken = () => fs.readdirSync(tasks).map((t) => fs.readFileSync(path.join(tasks, t, 'status'), 'utf8'))
			.reduce((n, text) => n + Number(/^voluntary_ctxt_switches:\s*(\d+)/m.exec(text)[1]), 0);
		let before = woken();
		/* what went before may still be settled; each look but one lasts two seconds without anybody waking */
		await until('hardly anything wakes it', async () => {
			await sleep(2000);
			const now = woken(), seldom = now - before <= 4;
			before = now;
			return seldom;
		});
	});
	await w.stop();
	if (back)
		back.kill('SIGINT');
});
