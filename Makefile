# SPDX-License-Identifier: GPL-2.0-or-later
#
# In the source of a kernel, as tools/klp, the conventions of its tools hold: make -C tools/klp
# with O= or OUTPUT=, LLVM=1, HOSTCC=, V=1; klp and a link called objtool are in OUTPUT then.
ifneq ($(wildcard ../scripts/Makefile.include),)
all: in-tree
include ../scripts/Makefile.include
override O := $(OUTPUT)build
override CC := $(HOSTCC)
override AR := $(HOSTAR)
HOSTPKG_CONFIG ?= pkg-config
CFLAGS := -O2 -g $(KBUILD_HOSTCFLAGS) $(shell $(HOSTPKG_CONFIG) --cflags libxxhash zlib 2>/dev/null)
LDFLAGS := $(KBUILD_HOSTLDFLAGS) $(shell $(HOSTPKG_CONFIG) --libs-only-L libxxhash zlib 2>/dev/null)
IN_TREE := $(OUTPUT)klp $(OUTPUT)objtool
endif

CC ?= gcc
CFLAGS ?= -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fstack-clash-protection
LDFLAGS ?= -pie -Wl,-z,relro,-z,now
PREFIX ?= /usr/local
O ?= build

KLP_CFLAGS := -std=gnu11 -Wall -Wextra -fPIE -Iinclude
ifdef WERROR
KLP_CFLAGS += -Werror
endif
LDLIBS := -lz -lxxhash -pthread

# A line for each file, as the kernel's build has it; none with -s, the commands with V=1.
ifneq ($(V),1)
Q := @
say = $(if $(findstring s,$(firstword -$(MAKEFLAGS))),,@printf '  %-7s %s\n' $(1) $@)
endif

# Where the sources are: DESIGN.md has the map.
ROOMS := util elf kbuild arch arch/arm64 arch/loongarch arch/ppc64 arch/x86 types special kernel livepatch \
	object diff diff/freeze diff/correlate diff/position diff/patchable diff/clone report \
	check check/module check/oracle load builtin
SRCS := $(wildcard *.c $(ROOMS:%=%/*.c))
OBJS := $(SRCS:%.c=$(O)/%.o)
LIB := $(O)/libklp.a

all: $(O)/klp

# What there is to make; CONTRIBUTING.md says more of the tests.
help:
	@echo 'all          build/klp (O=DIR: in DIR; WERROR=1: warnings are errors; V=1: commands are shown)'
	@echo 'install      below PREFIX=$(PREFIX), or DESTDIR'
	@echo 'example      a livepatch object of examples/bounds.c'
	@echo 'check        unit tests and cases; TESTS="PATTERN..." chooses'
	@echo 'lint         style, static analysis, who includes whom'
	@echo 'kernel-test  livepatches of real kernels in QEMU; KLP_KERNEL_ARCHS chooses'
	@echo 'distro-test  livepatches of Debian'\''s own kernels in QEMU; KLP_DISTRO_FIXES: how many'
	@echo 'fixes        what becomes of the fixes of stable kernels, into doc/fixes.md (long)'
	@echo 'sweep        functions of these kernels, each in a livepatch of its own'
	@echo 'mutate       damaged outputs, and what klp check notices'
	@echo 'damage       damaged inputs'
	@echo 'fuzz         inputs that coverage guides; FUZZ="-t SECONDS TARGET...", or -n RUNS'
	@echo 'shuffle      inputs in other orders'
	@echo 'thawed       klp diff with nothing set aside'
	@echo 'bench        time, memory and instructions beside objcopy'
	@echo 'test         all of the tests'
	@echo 'clean        remove build/'

in-tree: $(IN_TREE)

$(OUTPUT)klp: $(O)/klp
	$(Q)ln -sf build/klp $@

$(OUTPUT)objtool: $(OUTPUT)klp
	$(Q)ln -sf klp $@

$(O)/klp: $(O)/klp.o $(LIB)
	$(call say,LD)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

# Everything but main(), for the tests.
$(LIB): $(filter-out $(O)/klp.o,$(OBJS))
	$(call say,AR)
	$(Q)rm -f $@
	$(Q)$(AR) qcs $@ $^

$(O)/%.o: %.c Makefile
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(KLP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# The unit tests and the cases of tests/cases; see tests/run.  TESTS chooses among them.
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined

# The programs of the tests: a file of tests/lib or tests/harness, with those that it is split into.
$(O)/tests/%: tests/lib/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(KLP_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c,$^) $(LIB) $(LDLIBS)

$(O)/tests/%: tests/harness/%.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(KLP_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

$(O)/tests/dump: $(wildcard tests/lib/dump-*.c) tests/lib/dump.h
$(O)/tests/expect: $(wildcard tests/lib/expect-*.c) tests/lib/expect.h

check: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind $(O)/tests/edit
	+$(MAKE) O=$(O)/asan CFLAGS="$(SANITIZE)" $(O)/asan/libklp.a
	O=$(O) CC="$(CC)" tests/run $(TESTS)

example: $(O)/klp
	@$(MAKE) -s -C examples O=$(abspath $(O)) CC="$(CC)" example

# Livepatches of real kernels, loaded in QEMU; see tests/kernel/all.  KLP_KERNEL_ARCHS
# chooses architectures.
kernel-test: $(O)/klp $(O)/tests/same-symbols
	KLP=$(abspath $(O))/klp KLP_KERNEL_ARCHS="$(KLP_KERNEL_ARCHS)" tests/kernel/all

# Fixes for Debian's own kernels, from their packages alone; see tests/distro/run.
distro-test: $(O)/klp $(O)/tests/same-symbols
	KLP=$(abspath $(O))/klp tests/distro/run

# What becomes of the fixes of stable kernels (long); see tests/fixes/run.  FIXES: how many of each
# kernel, SEED: which, KERNELS: of which ones.
fixes: $(O)/klp
	KLP=$(abspath $(O))/klp KLP_FIXES="$(FIXES)" KLP_FIXES_SEED="$(SEED)" tests/fixes/run $(KERNELS)

# What each command takes, beside objcopy; BENCH: the arguments of tests/bench/table.
$(O)/tests/bench: $(wildcard tests/bench/*.c) $(LIB)
	@mkdir -p $(@D)
	$(CC) $(KLP_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

bench: $(O)/klp $(O)/tests/bench
	tests/bench/table $(abspath $(O))/klp $(abspath $(O))/tests/bench $(BENCH)

# Every case's objects, damaged in every simple way; see tests/fuzz/run.  DAMAGE: its arguments.
damage: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind $(O)/tests/edit
	+$(MAKE) O=$(O)/asan CFLAGS="$(SANITIZE)" $(O)/asan/libklp.a
	O=$(O) CC="$(CC)" tests/fuzz/run $(DAMAGE)

# Guided fuzzing by libFuzzer; see tests/fuzz/README.md.  FUZZ: the arguments of
# tests/fuzz/guided-run.  Of a null pointer and 0, the sum is defined (C2y).
GUIDED := $(SANITIZE) -fno-sanitize=pointer-overflow -fprofile-instr-generate -fcoverage-mapping
$(O)/tests/guided-replay: tests/fuzz/guided-replay.c tests/fuzz/guided.c $(LIB)
	@mkdir -p $(@D)
	$(CC) $(KLP_CFLAGS) -I. $(CPPFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LDLIBS)

fuzz: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind $(O)/tests/edit $(O)/tests/guided-replay
	+$(MAKE) O=$(O)/guided CC=clang-14 CFLAGS="$(GUIDED) -fsanitize=fuzzer-no-link" $(O)/guided/libklp.a
	clang-14 $(KLP_CFLAGS) -I. $(GUIDED) -fsanitize=fuzzer -Wl,--wrap=fork -o $(O)/guided/fuzz \
		tests/fuzz/guided.c tests/fuzz/guided-mutate.c $(O)/guided/libklp.a $(LDLIBS)
	O=$(O) CC="$(CC)" tests/fuzz/guided-run $(FUZZ)

# The cases with their objects' sections, symbols and compilers' numbers in SHUFFLE other orders.
SHUFFLE := 10
shuffle: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind
	SHUFFLE=$(SHUFFLE) O=$(O) CC="$(CC)" tests/run $(or $(TESTS),'[!fu]*/*/*')

# The cases with a klp diff that sets nothing aside: its outputs must be the same; see tests/thawed.
$(O)/tests/klp-thawed: diff/freeze/freeze.c $(O)/klp.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(KLP_CFLAGS) $(CPPFLAGS) $(CFLAGS) -DKLP_FREEZE_NOTHING $(LDFLAGS) -o $@ $^ $(LDLIBS)

thawed: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind $(O)/tests/edit $(O)/tests/klp-thawed
	O=$(O) CC="$(CC)" tests/thawed $(TESTS)

# Functions of the kernels that kernel-test built, each forced into a livepatch and checked;
# see tests/sweep.  SWEEP: its arguments.
sweep: $(O)/klp
	O=$(O) tests/sweep $(SWEEP)

# Good outputs, damaged in every field, and what klp check notices; see tests/mutate.  MUTATE:
# its arguments.
mutate: $(O)/klp $(O)/tests/dump $(O)/tests/expect $(O)/tests/bind $(O)/tests/edit
	O=$(O) CC="$(CC)" tests/mutate $(MUTATE)

lint:
	tests/lint/run

# All of it; see tests/all.
test:
	O=$(O) tests/all

install: $(O)/klp
	install -D -m 755 $(O)/klp $(DESTDIR)$(PREFIX)/bin/klp
	install -d $(DESTDIR)$(PREFIX)/share/klp/scripts
	install -m 755 scripts/klp-build scripts/klp-module $(DESTDIR)$(PREFIX)/share/klp/scripts
	install -m 644 scripts/kbuild.sh scripts/jobs.sh $(DESTDIR)$(PREFIX)/share/klp/scripts
	install -d $(DESTDIR)$(PREFIX)/share/klp/scripts/build
	install -m 644 scripts/build/* $(DESTDIR)$(PREFIX)/share/klp/scripts/build
	ln -sf ../share/klp/scripts/klp-build ../share/klp/scripts/klp-module $(DESTDIR)$(PREFIX)/bin
	install -D -m 755 scripts/ppc64-as/as $(DESTDIR)$(PREFIX)/share/klp/scripts/ppc64-as/as
	install -d $(DESTDIR)$(PREFIX)/share/klp/module
	install -m 644 module/* $(DESTDIR)$(PREFIX)/share/klp/module
	install -D -m 644 include/klp-annotations.h $(DESTDIR)$(PREFIX)/include/klp-annotations.h
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/klp/doc
	install -m 644 doc/*.1 $(DESTDIR)$(PREFIX)/share/man/man1
	install -m 644 doc/*.schema.json $(DESTDIR)$(PREFIX)/share/klp/doc
	install -D -m 644 completion/klp.bash \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/klp
	install -D -m 644 completion/_klp $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_klp
	install -D -m 644 completion/klp.fish \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/klp.fish

clean:
	rm -rf $(O) $(IN_TREE)

mrproper: clean

-include $(OBJS:.o=.d)

.PHONY: all bench check clean damage distro-test example fixes fuzz help in-tree install kernel-test lint mrproper shuffle mutate sweep test thawed
