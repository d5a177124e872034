/* reading.cjs: what staff read beyond their work: why a clerk looks at what has ended, who reads of many within an
 * hour, what is taken away as a table. The one whose it is sees each of them.
 */
'use strict';
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { assert, birth, idNumber, suite, World } = require('./harness.cjs');

const formula = '=HYPERLINK(\'http://evil.example/\',\'点我\')';
const record = 'vaccination_record', most = 6;

/* As RFC 4180 has it; here no text holds a line's end. */
const cells = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(([, text, bare]) => text?.replaceAll('""', '"') ?? bare);
function table(answer) {
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.headers['content-type'], 'text/csv; charset=utf-8');
	assert.match(answer.headers['content-disposition'], /^attachment; filename="[a-z]+\.csv"$/);
	const lines = answer.text.replace(/^\ufeff/, '').split('\r\n');
	assert.equal(lines.pop(), '', 'the last line ends too');
	assert.ok(lines.every((line) => !/[\r\n]/.test(line)));
	const [titles, ...rows] = lines.map(cells);
	assert.ok(rows.every((row) => row.length === titles.length), answer.text);
	return rows.map((row) => Object.fromEntries(titles.map((title, i) => [title, row[i]])));
}

suite(async (test) => {
	const w = await World.start({
		own: (world) => {
			fs.rmSync(path.join(world.events, 'school_entry.lua')); /* its look-ups would want an interface */
			const file = path.join(world.events, 'birth.lua'), text = fs.readFileSync(file, 'utf8');
			fs.writeFileSync(file, text.replace('"预防接种证办理(建档)"', `"${formula}"`));
		},
		settings: { 'department.cdc.style': 'desk', duty_days: 0, bulk_readings: most },
	});
	await w.account('anna', 'citizen', { id: idNumber(1) });
	await w.account('cdc', 'clerk', { department: 'cdc', divisions: ['330111'] });
	await w.account('curious', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('police', 'clerk', { department: 'public_security', divisions: ['330111'] });
	await w.account('super', 'supervisor');
	await w.account('far_super', 'supervisor', { divisions: ['330106'] });

	const get = (who, target) => w.http('GET', target, { who });
	const at = (number, rest = '') => `/api/v1/applications/${number}${rest}`;
	const readings = async (number) => (await get('anna', at(number, '/accesses'))).json.accesses;
	const noted = (who) => w.sql(`SELECT a.fields, a.why FROM access a JOIN account c ON c.id = a.account WHERE c.name = '${who}'
		ORDER BY a.id`);
	async function filed() {
		const { number } = await w.accepted('anna', birth());
		await w.watch('anna', number, 'the record lies in the queue', (a) => a.items.find((i) => i.id === record).status === 'acknowledged');
		return number;
	}
	async function finished(number) {
		const answer = await w.http('POST', `/api/v1/desk/${number}/${record}/decision`, { who: 'cdc', key: crypto.randomUUID(),
			json: { state: 'approved', receipt: '接种-1', outputs: { vaccination_no: 'V1' } } });
		assert.equal(answer.status, 200, answer.text);
		await w.finished('anna', number);
		return number;
	}

	await test('32: the queue as a table: the same rows; what looks like a formula is a text; each application is noted', async () => {
		const number = await filed();
		const shown = (await get('cdc', '/api/v1/desk?limit=200')).json.items;
		const rows = table(await get('cdc', '/api/v1/desk.csv?limit=200'));
		assert.deepEqual(rows.map((r) => r['申请编号']), shown.map((one) => one.number));
		assert.deepEqual(rows.map((r) => r['剩余工作日']), shown.map((one) => String(one.days_left ?? '')));
		assert.equal(shown[0].title, formula);
		assert.ok(rows.every((r) => r['事项'] === `'${formula}`), JSON.stringify(rows));
		assert.equal(noted('cdc').filter((row) => row === 'status|export').length, rows.length);
		assert.ok((await readings(number)).some((one) => one.why === 'export' && one.department === 'cdc'));
		await finished(number);
	});

	await test('32: the statistics as a table: the same rows and figures; who took it is noted', async () => {
		for (const by of ['event', 'department', 'month']) {
			const { rows } = (await get('super', `/api/v1/statistics?by=${by}`)).json;
			const told = table(await get('super', `/api/v1/statistics.csv?by=${by}`));
			assert.ok(rows.length > 0 && rows.some((r) => r.group));
			assert.deepEqual(told.map((r) => r['分组']), rows.map((r) => r.group));
			assert.deepEqual(told.map((r) => r['受理']), rows.map((r) => String(r.accepted ?? '')));
			assert.deepEqual(told.map((r) => r['材料节省']), rows.map((r) => String(r.measured.materials?.saved ?? '')));
		}
		assert.deepEqual(noted('super'), Array(3).fill('statistics|export'));
		assert.equal((await get('super', '/api/v1/statistics.csv?by=evil')).status, 400);
	});

	await test('28, 32: nothing is taken away whose taking cannot be noted', async () => {
		const number = await filed();
		w.sql('REVOKE INSERT ON access FROM yijianshi');
		try {
			for (const [who, target] of [['cdc', '/api/v1/desk.csv'], ['super', '/api/v1/statistics.csv']]) {
				const answer = await w.http('GET', target, { who, faulty: true });
				assert.equal(answer.status, 503, answer.text);
				assert.ok(!answer.text.includes(number));
			}
		} finally {
			w.sql('GRANT INSERT ON access TO yijianshi');
		}
		await finished(number);
	});

	await test('28: while the table of accesses is locked nothing is shown; then all of it, with its row', async () => {
		const number = await filed();
		const session = spawn('psql', ['-X', '-q', '-A', '-t', '-h', path.join(w.data, 'run'), '-U', w.owner(), '-d', 'yijianshi']);
		const locked = new Promise((done) => session.stdout.once('data', done));
		session.stdin.write("BEGIN; LOCK TABLE access IN ACCESS EXCLUSIVE MODE; SELECT 'locked';\n");
		await locked;
		const answers = await Promise.all([at(number), at(number, '/history'), `/api/v1/desk/${number}/${record}`].map((target) =>
			w.http('GET', target, { who: 'cdc', faulty: true })));
		session.stdin.end('ROLLBACK;\n');
		await new Promise((done) => session.once('exit', done));
		for (const answer of answers) {
			assert.equal(answer.status, 503, answer.text);
			assert.ok(answer.headers['retry-after'] && !answer.text.includes(number), answer.text);
		}
		assert.equal((await get('cdc', at(number))).status, 200);
		await finished(number);
	});

	await test('29: a clerk says why he looks at what has ended; one of five words, which the applicant sees', async () => {
		const number = await filed();
		assert.equal((await get('police', at(number))).status, 200, 'it is under way');
		await finished(number);
		const before = noted('police').length;
		const doors = ['', '/history', '/disclosures', '/feedback', '/events'].map((rest) => at(number, rest));
		doors.push(`/api/v1/desk/${number}/hukou_birth`);
		for (const door of doors)
			for (const query of ['', '?purpose=', '?purpose=because', '?purpose=law&purpose=law']) {
				const answer = await get('police', door + query);
				assert.ok([400, 403].includes(answer.status), `${door}${query}: ${answer.status}`);
				if (answer.status === 403)
					assert.match(answer.json.type, /purpose-needed$/, door);
			}
		assert.equal(noted('police').length, before, 'nothing was read');
		for (const door of doors)
			assert.equal((await get('police', `${door}?purpose=enquiry`)).status, 200, door);
		assert.ok(noted('police').slice(before).every((row) => row.endsWith('|enquiry')));
		const told = await readings(number);
		assert.equal(told.filter((one) => one.why === 'enquiry' && one.department === 'public_security').length, doors.length);
		assert.equal((await get('anna', at(number))).status, 200, 'whose it is need not say why');
	});

	await test('29: who reads of many within an hour: told once, to supervisors and to those whom it is about', async () => {
		const numbers = [];
		for (let i = 0; i <= most; i++)
			numbers.push((await w.accepted('anna', birth())).number);
		for (const number of numbers)
			await w.watch('anna', number, 'the police have it', (a) => a.items.some((i) => i.department === 'public_security' && i.sent_at));
		const alarms = async (who) => (await get(who, '/api/v1/accesses/bulk')).json.readers.filter((one) => one.account === 'curious');
		for (const number of numbers.slice(0, most))
			for (let again = 0; again < 2; again++)
				assert.equal((await get('curious', at(number))).status, 200);
		assert.deepEqual(await alarms('super'), [], 'the same ones again are no more');
		assert.ok((await readings(numbers[0])).every((one) => !one.bulk));
		await get('curious', at(numbers[most]));
		await get('curious', at(numbers[0], '/history'));
		const told = await alarms('super');
		assert.deepEqual(told.map((one) => [one.count, one.role, one.department]), [[most + 1, 'clerk', 'public_security']]);
		assert.deepEqual(await alarms('far_super'), [], 'of another county');
		assert.equal(w.node.text().match(/has read of 7 applications within an hour/g).length, 1);
		for (const number of numbers)
			assert.ok((await readings(number)).some((one) => one.bulk), JSON.stringify([await readings(number), numbers.indexOf(number), w.sql('SELECT * FROM bulk_reading')]));
	});

	await test('verify says 0 differences', () => w.verify());
	await w.stop();
});
