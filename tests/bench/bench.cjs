/* bench.cjs: `yijianshi bench` says everything it promises, and leaves nothing behind. Not how fast. */
'use strict';
const assert = require('node:assert/strict');
const { spawn, spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

const sources = process.env.YJS_SOURCES || path.join(__dirname, '..', '..');
const program = path.join(process.env.YJS_BUILD || path.join(sources, 'build', 'test'), 'yijianshi');
const scratch = fs.mkdtempSync(path.join(process.env.TMPDIR || os.tmpdir(), 'bench-'));

let count = 0, failed = 0;

async function test(name, body) {
	let why = '';
	try {
		await body();
	} catch (error) {
		failed++;
		why = String(error.message || error).split('\n').slice(0, 30).map((line) => `# ${line.slice(0, 400)}\n`).join('');
	}
	process.stdout.write(`${why ? 'not ok' : 'ok'} ${++count} - ${name}\n${why}`);
}

function bench(...options) {
	const run = spawnSync(program, ['bench', ...options], { env: { ...process.env, TMPDIR: scratch }, encoding: 'utf8', timeout: 250000 });
	return { code: run.status, out: run.stdout, err: run.stderr,
		rows: run.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line)) };
}

function commandOf(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/cmdline`, 'latin1');
	} catch {
		return ''; // it has ended meanwhile
	}
}

/* Processes whose files lie in our folder. */
const left = () => fs.readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(scratch));

const within = (value, low, high, what) =>
	assert.ok(typeof value === 'number' && value >= low && value <= high, `${what} is ${value}, not between ${low} and ${high}`);

function sane(row) {
	within(row.applications_per_s, 0.5, 1e5, 'applications_per_s');
	within(row.intake_ms.p50, 0.05, 20000, 'intake p50');
	within(row.intake_ms.p99, row.intake_ms.p50, 20000, 'intake p99');
	within(row.finish_ms.p50, row.intake_ms.p50 / 2, 60000, 'finish p50');
	within(row.finish_ms.p99, row.finish_ms.p50, 60000, 'finish p99');
	/* the end is dated by the node's picture of the database's clock: some milliseconds are its error */
	within(row.seen_ms.p50, row.finish_ms.p50 - 20, 60000, 'seen p50');
	within(row.cpu_ms.ours, 0.05, 1000, 'CPU ours');
	within(row.cpu_ms.postgresql, 0.02, 1000, 'CPU of PostgreSQL');
	within(row.commits, 0.01, 50, 'commits');
	within(row.wal_kb, 4, 2000, 'wal_kb');
	within(row.rss_mb, 1, 4000, 'rss_mb');
	within(row.mean_group, 1, 1000, 'mean_group');
	assert.equal(row.failed, 0);
	assert.equal(row.durability.durable, true, 'default durability');
	assert.equal(row.durability.fsync, 'on');
	assert.equal(row.durability.synchronous_commit, 'on');
}

function limited(row) {
	sane(row);
	within(row.limit_per_s, 20, 1e6, 'limit_per_s');
}

/* One department is away in that way. */
function away(kind, row) {
	within(row.ill.others_calls_per_s, 1, 1e5, 'calls of the others');
	if (kind !== 'slow')
		within(row.backlog, 1, 1000, 'what waited'); /* the node counts what has come a moment later */
}

/* A second in which the machine stands still measures nothing: then another, a few times. */
function measured(judge, ...options) {
	for (let more = 4;; more--) {
		const run = bench(...options);
		try {
			run.rows.forEach(judge);
			return run;
		} catch (error) {
			if (run.code !== 0 || more === 0)
				return run; /* the test tells what is wrong */
			process.stdout.write(`# once more: ${error.message}\n`);
		}
	}
}

/* Wait for a condition; the time is only so that a failure ends. */
async function until(what, condition, seconds = 250) {
	for (const end = Date.now() + seconds * 1000; !condition();) {
		assert.ok(Date.now() < end, `${what}: not within ${seconds} s`);
		await new Promise((done) => setTimeout(done, 50));
	}
}

async function main() {
	await test('what it does not know is wrong usage', () => {
		for (const options of [['--in-flight', '0'], ['--in-flight', '4,'], ['--seconds'], ['--seconds', 'x'], ['--rate', '0'], ['--fault', 'west:hang'],
			['--rate', '5', '--fault', 'west:x'], ['more']]) {
			const run = bench(...options);
			assert.equal(run.code, 2, options.join(' '));
			assert.match(run.err, /^usage: yijianshi bench/);
		}
		assert.equal(bench('--help').code, 0);
	});

	const closed = measured(limited, '--seconds', '1', '--warm-up', '0.5', '--in-flight', '1,4', '--json');

	await test('a closed loop: a row each, every figure there and sane', () => {
		assert.equal(closed.code, 0, closed.err);
		assert.deepEqual(closed.rows.map((row) => row.in_flight), [1, 4]);
		closed.rows.forEach(limited);
	});

	await test('the durability that was read back is told', () => {
		assert.match(closed.err, /fsync on, synchronous_commit on, full_page_writes on/);
	});

	await test('verify finds no difference afterwards', () => {
		assert.match(closed.err, /verify: [1-9]\d* applications, \d+ entries, .*\b0 differences/);
	});

	const open = measured(sane, '--seconds', '1', '--warm-up', '0.5', '--rate', '15', '--no-limit', '--checkpoint', '--json');

	await test('an open loop: the rate that was asked for', () => {
		assert.equal(open.code, 0, open.err);
		assert.equal(open.rows.length, 1);
		sane(open.rows[0]);
		assert.equal(open.rows[0].rate, 15);
		assert.equal(open.rows[0].limit_per_s, null);
		within(open.rows[0].in_flight, 0, 200, 'in_flight');
		assert.match(open.err, /0 differences/);
	});

	await test('the table says the same', () => {
		const dir = path.join(scratch, 'kept');
		const run = bench('--seconds', '1', '--warm-up', '0.2', '--in-flight', '2', '--no-limit', '--dir', dir);
		assert.equal(run.code, 0, run.err);
		assert.match(run.out, /in flight +\/s +limit/);
		assert.match(run.out, /\n +2 +[\d.]+ /);
		assert.match(run.out, /verify: .* 0 differences/);
		assert.match(run.out, /\n6 files of its log lie ready/); // four, and two for each second
		const again = bench('--seconds', '1', '--warm-up', '0.2', '--in-flight', '2', '--no-limit', '--no-verify', '--fresh-log', '--dir', dir);
		assert.doesNotMatch(again.out, /of its log/);
		assert.equal(again.code, 0, `in the same folder: ${again.err}`);
		assert.doesNotMatch(again.out, /verify/);
		const whole = spawnSync(program, ['verify', '--config', path.join(dir, 'bench.conf')], { encoding: 'utf8', timeout: 250000 });
		assert.equal(whole.status, 0, whole.stderr);
		const filed = (text) => Number(/(\d+) applications/.exec(text)[1]);
		assert.ok(filed(whole.stdout) > filed(run.out), 'the past is kept');
	});

	await test('a department is away: the others go on, and what waited for it goes when it is back', () => {
		for (const kind of ['slow', 'hang', 'down']) {
			const judge = (row) => away(kind, row), run = measured(judge, '--rate', '10', '--fault', `west:${kind}`, '--seconds', '1', '--warm-up', '0.5', '--no-limit', '--json');
			assert.equal(run.code, 0, `${kind}: ${run.err}`);
			assert.match(run.err, /0 differences/);
			const [row] = run.rows;
			assert.equal(row.away, 'west');
			assert.equal(row.left, 0);
			judge(row);
		}
	});

	await test('who is told to stop ends what it waits for', async () => {
		const run = spawn(program, ['bench', '--no-limit', '--past', '1000000', '--dir', path.join(scratch, 'kept')], { stdio: 'ignore' });
		const ended = new Promise((done) => run.on('exit', (code) => done(code)));
		await until('its child makes a past', () => left().some((pid) => commandOf(pid).includes('\0past\0')));
		run.kill('SIGTERM');
		assert.equal(await ended, 1);
		await until('all of its processes have ended', () => left().length === 0);
	});

	await test('nothing is left behind', () => {
		assert.deepEqual(fs.readdirSync(scratch), ['kept']);
		assert.deepEqual(left(), []);
	});
}

main().finally(() => {
	fs.rmSync(scratch, { recursive: true, force: true });
	process.stdout.write(`1..${count}\n`);
	process.exitCode = failed ? 1 : 0;
});
