# SPDX-FileCopyrightText: The Hearth authors
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What ./run and ./test share: saying each step, installing what is missing, configuring and building.
# Sourced by them, in bash, from the project's root; not run by itself.
#
# shellcheck shell=bash disable=SC2034

BUILD_PACKAGES=(
    g++ cmake ninja-build ccache
    qt6-base-dev qt6-charts-dev qt6-svg-dev libqt6opengl6-dev
    libpq-dev nlohmann-json3-dev libxxhash-dev libboost1.81-dev libssl-dev
)
RUN_PACKAGES=(qt6-qpa-plugins libqt6sql6-psql libqt6sql6-sqlite libqt6svg6 fonts-noto-core)
TEST_PACKAGES=(postgresql-15 pgbouncer procps groff-base python3-jwt python3-aiohttp python3-jsonschema xvfb xauth)
command -v npx >/dev/null || TEST_PACKAGES+=(nodejs npm) # lints the description of the HTTP API
SANITIZER_PACKAGES=(clang-14 libclang-rt-14-dev llvm-14)

LOGS=build/logs

step() { printf '==> %s\n' "$*"; }

# fail STEP WHAT-TO-DO...: the last thing a person sees names the step that failed and what to do about it.
fail() {
    printf '\n==> FAILED: %s\n' "$1" >&2
    shift
    printf '    %s\n' "$@" >&2
    exit 1
}

# quietly LOG COMMAND...: keeps a chatty command's output in build/logs/LOG; shows the end of it only if it fails.
quietly() {
    local log=$LOGS/$1 status=0
    shift
    mkdir -p "$LOGS"
    "$@" >"$log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        printf '    %s ended with %s. The last lines of %s:\n' "$1" "$status" "$log" >&2
        tail -n 20 "$log" | sed 's/^/    | /' >&2
    fi
    return "$status"
}

is_debian_12() { (. /etc/os-release && [ "$ID" = debian ] && [ "$VERSION_ID" = 12 ]) 2>/dev/null; }

# Prints those of the packages named that are not installed. Asks dpkg only, so it needs no network and no time.
missing_packages() {
    local installed package
    installed=$(dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null)
    for package in "$@"; do
        grep -qx "installed $package" <<<"$installed" || printf '%s\n' "$package"
    done
}

# ensure_packages PACKAGE...: on Debian 12 installs what is missing; elsewhere lists it and stops.
ensure_packages() {
    if ! is_debian_12; then
        ensure_present_elsewhere "$@"
        return
    fi
    local missing=() as_root=()
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        step "Every package that is needed is installed"
        return
    fi
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || fail "installing packages: this user is not root, and there is no sudo" \
            "As root, run:  apt-get update && apt-get install --no-install-recommends ${missing[*]}" \
            "and then this command again."
        as_root=(sudo)
        sudo -v || fail "installing packages: sudo refused" \
            "Run this command as root, or ask someone who may to install: ${missing[*]}"
    fi
    as_root+=(env DEBIAN_FRONTEND=noninteractive)

    local noun=packages
    [ ${#missing[@]} -eq 1 ] && noun=package
    step "Installing ${#missing[@]} missing $noun: ${missing[*]}"
    quietly apt-update.log "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 update ||
        step "The package lists could not be brought up to date; trying with those at hand"
    quietly apt-install.log "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends \
        "${missing[@]}" || fail "installing packages" \
        "Is there a network, and is Debian 12's main section in /etc/apt/sources.list? Then run this command again," \
        "or install them by hand:  apt-get update && apt-get install --no-install-recommends ${missing[*]}"
}

# promtool of Debian's prometheus, in build/tools, without a server being installed for it.
ensure_promtool() {
    export PATH=$PATH:$PWD/build/tools
    if command -v promtool >/dev/null || ! is_debian_12; then
        return
    fi
    step "Fetching promtool"
    mkdir -p build/tools
    (cd build/tools && apt-get -q download prometheus >/dev/null 2>&1 &&
        dpkg-deb --fsys-tarfile prometheus_*.deb | tar -x --strip-components 3 ./usr/bin/promtool &&
        rm prometheus_*.deb) || fail "fetching promtool (of Debian's package prometheus)" "Is there a network?"
}

# Prints what is missing on a system whose packages we do not know, by looking for the things themselves.
missing_elsewhere() {
    local wanted=" $* "
    want() { # want PACKAGE DESCRIPTION COMMAND...: the first of the commands that exists will do
        local package=$1 what=$2 candidate
        shift 2
        [[ $wanted == *" $package "* ]] || return 0
        for candidate in "$@"; do
            command -v "$candidate" >/dev/null && return 0
        done
        printf '%s (Debian 12: %s)\n' "$what" "$package"
    }
    want g++ "a C++20 compiler, g++ 12 or later" g++ c++
    want cmake "CMake 3.25 or later" cmake
    want ninja-build "Ninja" ninja
    want ccache "ccache" ccache
    want clang-14 "clang 14" clang++-14
    want libclang-rt-14-dev "clang 14's sanitizer runtime" clang++-14
    want postgresql-15 "a PostgreSQL server (initdb in the PATH)" initdb /usr/lib/postgresql/*/bin/initdb
    want pgbouncer "PgBouncer" pgbouncer /usr/sbin/pgbouncer
    want procps "pgrep" pgrep
    want groff-base "groff" groff
    want xvfb "Xvfb" xvfb-run
    want xauth "xauth" xauth
    want npm "Node's npx" npx
    [[ $wanted != *" python3-aiohttp "* ]] || /usr/bin/python3 -c 'import aiohttp, jsonschema, jwt' 2>/dev/null ||
        echo "aiohttp, jsonschema and PyJWT for /usr/bin/python3 (Debian 12: python3-aiohttp python3-jsonschema python3-jwt)"
    command -v cmake >/dev/null && command -v ninja >/dev/null || return 0
    local probe
    probe=$(mktemp -d)
    cmake -S scripts/probe -B "$probe" -G Ninja 2>&1 | sed -n 's/^MISSING: //p'
    rm -rf "$probe"
}

ensure_present_elsewhere() {
    local missing=()
    mapfile -t missing < <(missing_elsewhere "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        step "This is not Debian 12, but what is needed seems to be here"
        return
    fi
    printf '    missing: %s\n' "${missing[@]}" >&2
    fail "looking for what is needed: this system is not Debian 12, so nothing is installed for you" \
        "Install what is listed above with this system's package manager, and run this command again."
}

# configure PRESET [CMAKE-OPTION...]
configure() {
    local preset=$1
    shift
    step "Configuring the $preset build (build/$preset)"
    quietly "configure-$preset.log" cmake --preset "$preset" "$@" || fail "configuring the $preset build" \
        "If a CMakeLists.txt was changed, its error stands above. If tools or libraries were changed since the" \
        "last time, remove build/$preset and run this command again."
}

# build PRESET [TARGET...]: shows Ninja's progress; the compiler's messages are its own.
build() {
    local preset=$1 started=$SECONDS
    shift
    step "Building ${*:-everything} (build/$preset)"
    NINJA_STATUS='[%f/%t %es] ' cmake --build "build/$preset" ${1:+--target "$@"} </dev/null ||
        fail "building build/$preset" "The compiler's message stands above." \
            "Out of memory or disk? See df -h and free -h. To see each command: cmake --build build/$preset -v"
    step "Built in $((SECONDS - started)) s"
}

# Qt wants a UTF-8 locale, which a bare machine has not set.
ensure_utf8_locale() {
    [ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8
}
