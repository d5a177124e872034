/* reserves.cjs: when connections, descriptors, places in the queue or sessions of the database run out, new work is
 * refused before anything is promised, departments are still heard, what runs goes on, and nobody has to restart
 * anything when there is room again.
 */
'use strict';
const crypto = require('node:crypto');
const net = require('node:net');
const { assert, birth, idNumber, request, suite, until, World } = require('./harness.cjs');

const item = (a, id) => a.items.find((i) => i.id === id);

/* One request on a connection of its own; what became of it: a status, or 0 when the connection was refused. */
const once = (w, options) => request(w.port, { via: false, ms: 60000, ...options }).catch(() => ({ status: 0, headers: {} }));

/* Connections of `address` on which nothing is said. */
function flood(port, address, n) {
	return Array.from({ length: n }, () => {
		const socket = net.connect({ port, host: '127.0.0.1', localAddress: address });
		socket.on('error', () => {});
		return socket;
	});
}

suite(async (test) => {
	const w = await World.start({ limits: ['--nofile=320'] });
	await w.account('anna', 'citizen', { id: idNumber(1) });
	let pending = true;
	w.gate.rule = (call) => pending && call.json && call.json.item === 'hukou_birth'
		? { status: 202, body: { state: 'pending', result_id: 'PS-1' } } : undefined;
	const approved = (key) => ({ key, state: 'approved', result_id: 'PS-77', outputs: { child_id_no: idNumber(5, true, '20261120'),
		hukou_no: 'H1', hukou_region_code: '330111' } });

	/* File; the application's number and the key of hukou_birth, acknowledged by the police. */
	async function acknowledged() {
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'hukou_birth is acknowledged', (a) => item(a, 'hukou_birth').status === 'acknowledged');
		return { number, key: w.gate.find(number, 'hukou_birth').key };
	}
	const filing = (key = crypto.randomUUID()) => ({ method: 'POST', path: '/api/v1/applications', body: JSON.stringify(birth()),
		headers: { Authorization: `Bearer ${w.tokens.anna}`, 'Content-Type': 'application/json', 'Idempotency-Key': key } });
	const refused = (a) => {
		assert.equal(a.status, 503, a.text);
		assert.match(a.headers['retry-after'], /^\d+$/);
		assert.match(a.headers['content-type'], /^application\/problem\+json/);
	};

	await test('40: all connections taken: people are told to come again, a department is heard, cases go on', async () => {
		const { number, key } = await acknowledged();
		const idle = [...flood(w.port, '127.0.0.2', 40), ...flood(w.port, '127.0.0.3', 40)];
		refused(await until('people are refused', async () => {
			const answer = await once(w, filing());
			return answer.status === 503 && answer;
		}));
		await until('the department is heard', async () => {
			const told = await w.callback('public_security', approved(key), { via: false }).catch(() => ({ status: 0 }));
			return told.status === 202;
		});
		await until('the case goes on', () => w.gate.find(number, 'medical_insurance_enrol'));
		idle.forEach((socket) => socket.destroy());
		await until('people are let in again', async () => (await once(w, filing())).status === 201);
		await w.finished('anna', number);
	});

	await test('the node ends well, and begins again with all the descriptors that there are', async () => {
		assert.equal(await w.node.stop(), 0);
		w.options.limits = [];
		await w.startNode();
	});

	await test('the writer stands still: beyond its queue people are refused at once, a department has a place', async () => {
		const { number, key } = await acknowledged();
		const [pid] = w.sql("SELECT pid FROM pg_stat_activity WHERE application_name = 'yijianshi intake'");
		const filings = Array.from({ length: 470 }, () => filing()), answers = [];
		let told;
		process.kill(Number(pid), 'SIGSTOP');
		try {
			answers.push(...filings.map((one) => once(w, one)));
			refused(await Promise.race(answers));
			told = w.callback('public_security', approved(key), { via: false, ms: 60000 });
			await once(w, { path: '/healthz' });
		} finally {
			process.kill(Number(pid), 'SIGCONT');
		}
		assert.equal((await told).status, 202, 'what the department told is stored');
		const all = await Promise.all(answers);
		for (const [i, answer] of all.entries())
			if (answer.status !== 201) {
				refused(answer);
				await until('it is accepted when it comes again', async () => (await once(w, filings[i])).status === 201);
			}
		assert.ok(all.some((answer) => answer.status === 201));
		await w.finished('anna', number);
	});

	await test('no session of the database to be had: nothing is promised; with one it goes on by itself', async () => {
		const { number, key } = await acknowledged();
		const [role] = w.sql("SELECT usename FROM pg_stat_activity WHERE application_name = 'yijianshi intake'"), one = filing();
		w.sql(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
		try {
			w.sql(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '${role}'`);
			await until('people are refused', async () => (await once(w, one)).status === 503);
			refused(await once(w, one));
			refused(await w.callback('public_security', approved(key), { faulty: true }));
			assert.equal((await w.http('GET', '/readyz', { faulty: true })).status, 503);
		} finally {
			w.sql(`ALTER ROLE ${role} CONNECTION LIMIT -1`);
		}
		await until('it is accepted', async () => (await once(w, one)).status === 201);
		await until('the department is heard', async () => (await w.callback('public_security', approved(key), { faulty: true })).status === 202);
		await w.finished('anna', number);
	});

	await test('verify finds no difference', () => w.verify());
	await w.stop();
});
