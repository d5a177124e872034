/* peer.cjs: `yijianshi bench --as-peer` under a harness that knows nothing of us: its database, its department, its form
 * and its POST. Not how fast. The program must have been built with --enable-bench (or --enable-faults).
 */
'use strict';
const http = require('node:http');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { assert, freePort, program, scratch, suite, test, until } = require('../api/harness.cjs');
const { Server } = require('../outage/pair.cjs');

/* As the harness makes it. */
const schema = `CREATE TABLE application (id text PRIMARY KEY, kind text NOT NULL, status text NOT NULL);
	CREATE TABLE application_stat (seq bigserial PRIMARY KEY, app_id text NOT NULL UNIQUE, kind text NOT NULL, steps int NOT NULL,
	materials_saved int NOT NULL, visits_saved int NOT NULL, done_at timestamptz NOT NULL DEFAULT clock_timestamp())`;

/* The department as the harness's nginx is one: every call, whatever it says, gets the same words. */
async function department() {
	const calls = [];
	const server = http.createServer((request, response) => {
		request.resume().on('end', () => {
			calls.push(request.url);
			response.setHeader('Content-Type', 'application/json');
			response.end(JSON.stringify({ status: 'approved', code: 0, ref: `${calls.length}`.padStart(32, '0'), office: '12' }));
		});
	});
	await new Promise((done) => server.listen(0, '127.0.0.1', done));
	return { calls, url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

const form = (reference) => ({ kind: 'birth', externalRef: reference, submittedAt: '2026-11-22T21:09:13+00:00', channel: 'one-window-web',
	language: 'zh-CN',
	baby: { name: 'Li Xinyi', sex: 'F', dateOfBirth: '2026-11-18', timeOfBirth: '14:32', weightGrams: 3310, lengthMm: 502, gestationWeeks: 39,
		placeOfBirth: '128 Renmin Road', hospitalCode: 'H3301060042', birthOrder: 1, multipleBirth: false, birthCertificateMedicalNo: 'U33010' },
	mother: { name: 'Wang Meiling', nationalId: '330106', dateOfBirth: '1994-03-12', ethnicity: 'Han', phone: '+86', email: 'w@example.org',
		employer: 'Textile Machinery', employerInsuranceNo: 'SI-3301', occupation: 'engineer', education: 'bachelor', maternityLeaveStart: '2026-11-10' },
	father: { name: 'Li Jianguo', nationalId: '330106', dateOfBirth: '1992-08-21', ethnicity: 'Han', phone: '+86', email: 'l@example.org',
		employer: 'Water Survey', employerInsuranceNo: 'SI-3302', occupation: 'surveyor', education: 'master' },
	household: { registrationNo: 'HK-1', headOfHousehold: 'Li Jianguo', relationship: 'daughter', province: 'Zhejiang', city: 'Hangzhou',
		district: 'Xihu', street: 'Wen\'er West Road', postalCode: '310012', policeStation: 'Wenxin' },
	bank: { accountHolder: 'Wang Meiling', bankName: 'Bank', branch: 'Wenxin', accountNo: '6222' },
	medical: { admissionNo: 'ZY', admittedOn: '2026-11-17', dischargedOn: '2026-11-21', invoiceNo: '0033', totalExpense: '8421.50', delivery: 'natural' },
	consents: { shareData: true, sms: true, electronicLicence: true }, materials: ['medical birth record', 'marriage certificate'],
	delivery: { method: 'post', to: 'mother' } });

async function post(url, body) {
	const answer = await fetch(`${url}/applications`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
	return { status: answer.status, body: await answer.json() };
}

async function main() {
	const world = fs.mkdtempSync(path.join(scratch, 'peer-'));
	const server = new Server(world, 'database'), stub = await department();
	await server.make();
	server.start();
	server.sql('CREATE DATABASE app', 'postgres');
	server.sql(schema, 'app');
	const environment = { ...process.env, DATABASE_URL: `postgresql://postgres@127.0.0.1:${server.port}/app`, DEPT_URL: stub.url,
		PORT: String(await freePort()), TMPDIR: world };
	const url = `http://127.0.0.1:${environment.PORT}`;
	let said = '', ended = null;
	const peer = spawn(program, ['bench', '--as-peer'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
	peer.stderr.on('data', (more) => { said += more; });
	peer.on('exit', (code) => { ended = code; });
	try {
		await test('it is ready when GET / is answered', () => until('an answer', async () => {
			assert.equal(ended, null, said);
			return fetch(`${url}/`).then((answer) => answer.status < 500, () => false);
		}));

		const ids = [];
		await test('the harness\'s form is taken without a login, and answered with an id', async () => {
			for (let i = 0; i < 5; i++) {
				const { status, body } = await post(url, JSON.stringify(form(`BIRTH-2026-${i}`)));
				assert.equal(status, 201, JSON.stringify(body));
				assert.deepEqual(Object.keys(body), ['id']);
				ids.push(body.id);
			}
			assert.equal(new Set(ids).size, 5);
			assert.deepEqual((await post(url, JSON.stringify(form('BIRTH-2026-0')))).body, { id: ids[0] }, 'sent again');
		});

		await test('what is no such form is refused', async () => {
			for (const body of ['{}', '[]', '{"externalRef":"R-1"}', '{"externalRef":"R-2","unknown":1}', 'nothing']) {
				const { status } = await post(url, body);
				assert.ok(status === 400 || status === 422, `${body}: ${status}`);
			}
		});

		await test('its table tells each that has finished, once, by that id', async () => {
			const rows = () => server.sql('SELECT app_id, kind, steps FROM application_stat ORDER BY seq', 'app');
			await until('all have finished', () => rows().length >= 5);
			assert.deepEqual(rows().sort(), ids.map((id) => [id, 'peer', '9']).sort());
		});

		await test('each called the department nine times, at URLs that end with the id', () => {
			for (const id of ids)
				assert.equal(stub.calls.filter((call) => call.startsWith('/dept/') && call.endsWith(`/${id}`)).length, 9);
			assert.equal(stub.calls.length, 45);
			assert.equal(new Set(stub.calls).size, 45);
		});

		await test('told to stop it ends well and leaves nothing behind', async () => {
			peer.kill('SIGTERM');
			await until('its end', () => ended !== null);
			assert.equal(ended, 0, said);
			assert.deepEqual(fs.readdirSync(world), ['database']);
		});

		await test('only a harness on this machine is served', () => {
			for (const change of [{ DEPT_URL: 'http://192.0.2.1:80' }, { PORT: '0' }, { DATABASE_URL: undefined }]) {
				const run = spawnSync(program, ['bench', '--as-peer'], { env: { ...environment, ...change }, encoding: 'utf8', timeout: 60000 });
				assert.equal(run.status, 2, run.stderr);
				assert.match(run.stderr, /^yijianshi: bench --as-peer: /);
			}
		});
	} finally {
		peer.kill('SIGKILL');
		stub.close();
		server.kill('SIGKILL');
		fs.rmSync(world, { recursive: true, force: true });
	}
}

suite(main);
