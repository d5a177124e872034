# lib.sh: what scripts/demo and scripts/test share. Sourced by bash.
# shellcheck shell=bash

export LC_ALL=C.UTF-8

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
service_user=yijianshi
run_as= # the user that runs PostgreSQL and the service; empty: the one who called

say() { printf '%s\n' "$@"; }
die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# PostgreSQL refuses root: as root everything that serves runs as a user of its own.
choose_user() {
	[ "$(id -u)" -eq 0 ] || return 0
	run_as=$service_user
	id -u "$run_as" >/dev/null 2>&1 ||
		useradd --system --user-group --no-create-home --home-dir /nonexistent \
			--shell /usr/sbin/nologin "$run_as" || die "cannot make the user $run_as"
}

# as_user COMMAND...: run it as the service's user, in the same process.
as_user() {
	if [ -n "$run_as" ]; then
		setpriv --reuid "$run_as" --regid "$run_as" --init-groups -- "$@"
	else
		"$@"
	fi
}

# The folder where root or this user keeps what a script makes: state_folder NAME.
state_folder() {
	if [ -n "$run_as" ]; then
		printf '/var/lib/%s' "$1"
	elif [ -n "${HOME:-}" ] && [ -w "$HOME" ]; then
		printf '%s/%s' "${XDG_DATA_HOME:-$HOME/.local/share}" "$1"
	else
		printf '/var/tmp/%s-%s' "$1" "$(id -u)"
	fi
}

# The sources can be built and run where they are: we may write, the service's user may read, and
# nobody has run ./configure in the folder itself (that would forbid a build elsewhere).
can_stay() {
	[ -w "$top" ] && [ ! -e "$top/config.status" ] &&
		as_user test -r "$top/configure.ac" -a -x "$top/core/base" -a -r "$top/core/base/conf.c" 2>/dev/null
}

list_sources() {
	find . \( -name .git -o -path ./build -o -name .deps -o -name node_modules -o -name autom4te.cache \
		-o -name build-aux \) -prune -o -type f ! -name '*.[oa]' ! -name 'config.*' ! -name configure \
		! -name Makefile ! -name Makefile.in ! -name aclocal.m4 ! -name yijianshi -print | sort
}

# copy_sources TO: bring a copy up to date, keeping times, so that a build there stays incremental.
copy_sources() {
	local gone
	mkdir -p "$1/build" || return 1
	(cd "$top" && list_sources) >"$1/build/sources.new" || return 1
	if [ -f "$1/build/sources" ]; then
		comm -23 "$1/build/sources" "$1/build/sources.new" | while IFS= read -r gone; do
			rm -f "$1/$gone"
		done
	fi
	tar -C "$top" -cf - -T "$1/build/sources.new" | tar -C "$1" --no-same-owner -xf - || return 1
	chmod -R u=rwX,go=rX "$1" && mv "$1/build/sources.new" "$1/build/sources"
}

# Sets `tree`: where the sources to build are, the checkout or a copy of it.
choose_tree() {
	tree=$top
	can_stay && return 0
	tree=$(state_folder yijianshi-source)/$(printf '%s' "$top" | cksum | cut -d' ' -f1)
	copy_sources "$tree" || die "cannot copy the sources to $tree"
	say "building from a copy in $tree"
}

# build NAME OPTIONS...: build in $tree/build/NAME; what is there already is used again. The log is
# shown when it fails.
build() {
	local folder=$tree/build/$1 log=$tree/build/$1.log
	shift
	mkdir -p "$folder"
	if ! (umask 022 && run_build "$folder" "$@") >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		die "the build failed; all of it is in $log"
	fi
}

run_build() {
	local folder=$1 options
	shift
	cd "$tree" || return 1
	[ -f configure ] || autoreconf --force --install || return 1
	cd "$folder" || return 1
	options="$*"
	if [ ! -f Makefile ] || [ "$options" != "$(cat options 2>/dev/null)" ]; then
		../../configure "$@" && printf '%s\n' "$options" >options || return 1
	fi
	# one after the other: `all` is a make of its own, which would build the same rooms beside ours
	local target
	for target in "${make_targets[@]}"; do
		make -j"$(nproc)" "$target" || return 1
	done
}
make_targets=(all)
