/* pair.cjs: the whole system on two PostgreSQL servers: one leads, the other repeats what it writes and has to
 * confirm each commit; and what may befall them.
 */
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { freePort, until } = require('../api/harness.cjs');
const { World } = require('../kill/world.cjs');

const bin = ['17', '16', '15'].map((v) => `/usr/lib/postgresql/${v}/bin`).find((d) => fs.existsSync(d)) || '/usr/bin';

function runIn(environment, command, ...args) {
	const told = spawnSync(command, args, { encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, LC_ALL: 'C', ...environment } });
	if (told.status !== 0)
		throw new Error(`${path.basename(command)} ${args[0]}: ${told.error || told.stderr || told.stdout}`);
	return told.stdout;
}

const run = (...args) => runIn({}, ...args);

function succeeds(what) {
	try {
		what();
		return true;
	} catch {
		return false;
	}
}

class Server {
	constructor(dir, name) {
		Object.assign(this, { dir: path.join(dir, name), name, environment: {} });
		this.data = path.join(this.dir, 'data');
		fs.mkdirSync(this.dir, { mode: 0o700 });
	}

	/* The roles and the empty database of the service. */
	makeRoles() {
		for (const statement of ['CREATE ROLE yijianshi_owner LOGIN', 'CREATE ROLE yijianshi LOGIN',
			'CREATE DATABASE yijianshi OWNER yijianshi_owner'])
			this.sql(statement, 'postgres');
	}

	/* What differs from server to server and from one part to the other; all else is in postgresql.conf, which
	 * pg_rewind copies. */
	configure(more = {}) {
		const all = { port: this.port, listen_addresses: '127.0.0.1', unix_socket_directories: this.dir, ...more };
		fs.writeFileSync(path.join(this.data, 'postgresql.auto.conf'), Object.entries(all).map(([k, v]) => `${k} = '${v}'\n`).join(''));
	}

	async make() {
		this.port = await freePort();
		run(`${bin}/initdb`, '-D', this.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8');
		fs.appendFileSync(path.join(this.data, 'postgresql.conf'), 'max_connections = 60\nwal_keep_size = 256MB\nwal_log_hints = on\n');
		this.configure();
	}

	start() {
		runIn(this.environment, `${bin}/pg_ctl`, '-D', this.data, '-w', '-s', '-l', path.join(this.dir, 'log'), 'start');
	}

	/* The same after a kill: its processes may still hold what it needs. */
	startAgain() {
		return until('the server starts again', () => this.starts());
	}

	starts() {
		return succeeds(() => this.start());
	}

	stop(mode) {
		run(`${bin}/pg_ctl`, '-D', this.data, '-w', '-s', '-m', mode, 'stop');
	}

	reload() {
		run(`${bin}/pg_ctl`, '-D', this.data, '-s', 'reload');
	}

	promote() {
		run(`${bin}/pg_ctl`, '-D', this.data, '-w', '-s', 'promote');
	}

	/* The postmaster and all its children at once, as when the machine loses its power. */
	kill(signal = 'SIGKILL') {
		let postmaster;
		try {
			postmaster = Number(fs.readFileSync(path.join(this.data, 'postmaster.pid'), 'utf8').split('\n')[0]);
		} catch {
			return; /* it does not run */
		}
		const told = spawnSync('ps', ['-o', 'pid=', '--ppid', String(postmaster)], { encoding: 'utf8' }).stdout;
		for (const pid of [postmaster, ...told.split('\n').filter((l) => l.trim()).map(Number)])
			try { process.kill(pid, signal); } catch { /* it has ended */ }
	}

	sql(statement, database = 'yijianshi') {
		return run('psql', '-X', '-A', '-t', '-q', '-v', 'ON_ERROR_STOP=1', '-h', this.dir, '-p', String(this.port), '-U', 'postgres', '-d', database,
			'-c', statement).split('\n').filter(Boolean).map((line) => line.split('|'));
	}

	/* Whether it takes the statement at all. */
	tries(statement) {
		return succeeds(() => this.sql(statement));
	}

	/* Become a copy of `leader`, which then waits for this one at each commit. */
	async follow(leader) {
		fs.writeFileSync(path.join(this.data, 'standby.signal'), '');
		this.configure({ primary_conninfo: `host=127.0.0.1 port=${leader.port} user=postgres application_name=second` });
		this.start();
		await until('the standby follows', () => leader.sql("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'").length);
		leader.configure({ synchronous_standby_names: 'FIRST 1 (second)' });
		leader.reload();
		await until('the standby confirms', () => leader.sql("SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'").length);
	}

	/* A copy from the beginning. */
	async copy(leader) {
		this.port = await freePort();
		run(`${bin}/pg_basebackup`, '-h', '127.0.0.1', '-p', String(leader.port), '-U', 'postgres', '-D', this.data, '-X', 'stream', '-c', 'fast');
		await this.follow(leader);
	}

	/* What this one wrote alone is thrown away; then it follows. */
	async rejoin(leader) {
		run(`${bin}/pg_rewind`, '-D', this.data, '--source-server', `host=127.0.0.1 port=${leader.port} user=postgres dbname=postgres`);
		await this.follow(leader);
	}
}

class PairWorld extends World {
	async open() {
		fs.mkdirSync(this.dir, { recursive: true, mode: 0o700 });
		this.leader = new Server(this.dir, 'first');
		this.second = new Server(this.dir, 'second');
		await this.leader.make();
		this.leader.start();
		this.leader.makeRoles();
		await this.second.copy(this.leader);
		this.servers = [this.leader, this.second];
		await super.open();
	}

	writeConfigOf(node, changes) {
		const hosts = `host=127.0.0.1,127.0.0.1 port=${this.servers.map((s) => s.port).join(',')} dbname=yijianshi`;
		super.writeConfigOf(node, { database: `${hosts} user=yijianshi`, database_owner: `${hosts} user=yijianshi_owner`, ...changes });
	}

	sql(statement, database) {
		return this.leader.sql(statement, database);
	}

	/* The second one leads from now on. */
	promote() {
		this.second.promote();
		[this.leader, this.second] = [this.second, this.leader];
	}

	abandon() {
		super.abandon();
		for (const server of this.servers ?? [this.leader, this.second])
			server?.kill();
	}
}

module.exports = { PairWorld, run, Server };
