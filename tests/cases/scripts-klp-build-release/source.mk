# SPDX-License-Identifier: GPL-2.0-or-later
#
# What klp-build asks of a kernel's Makefile, as small as can be: configuration, preparation,
# a dry run of all, and single objects; commands are saved as by scripts/Kbuild.include.
MAKEFLAGS += -rR
MAKECMDGOALS ?= vmlinux

ifndef inside
$(MAKECMDGOALS): build
	@:
build:
	@$(MAKE) -C $(O) -f $(CURDIR)/Makefile inside=1 srctree=$(CURDIR) $(MAKECMDGOALS)
.PHONY: build $(MAKECMDGOALS)
else

objs := kernel/one.o kernel/sub/two.o
cflags = -Wp,-MMD,$(@D)/.$(@F).d -O2 -ffreestanding -fno-pie -mcmodel=kernel -fcf-protection=none -I$(srctree)/include -I ./include \
	-include $(srctree)/include/all.h -DNAME='"$(basename $(@F))"' $(if $(filter drivers/%,$@),-DMODULE -pg -mfentry -mrecord-mcount)
compile = $(CC) $(cflags) -c -o $@ $<
save = printf '%s\n' 'savedcmd_$@ := $(1)' > $(@D)/.$(@F).cmd

olddefconfig:
	mkdir -p include/config scripts/basic
	sed -n 's/^set //p' $(srctree)/Kconfig >> .config
	grep -v "$${DROPPED:-nothing}" .config > include/config/auto.conf
	cp $(srctree)/fixdep scripts/basic/fixdep
	echo '#define RELEASE "$(KERNELRELEASE)"' > include/release.h
scripts_basic:
	mkdir -p include/generated
	echo made up | tee scripts/basic/randstruct.seed > include/generated/randstruct_hash.h
prepare modules_prepare:
	@:
$(objs) drivers/mod.o: %.o: $(srctree)/%.c FORCE
	mkdir -p $(@D)
	set -e; $(compile); scripts/basic/fixdep $(@D)/.$(@F).d $@ '$(subst ','\'',$(compile))' > $(@D)/.$(@F).cmd
built-in.a: $(objs)
	rm -f $@; $(AR) cDPrST $@ $(objs); $(call save,rm -f $@; printf "./%s " $(objs) | xargs ar cDPrST $@)
vmlinux.a: built-in.a
	ar cDPrST $@ ./built-in.a; $(call save,ar cDPrST $@ ./built-in.a)
drivers/mod.mod: drivers/mod.o
	$(call save,printf "%s\n" mod.o | awk '\''!x[$$$$0]++ { print("drivers/"$$$$0) }'\'' > $@)
kernel/calls.h:
	sh calls.sh $(srctree)/kernel/calls.tbl > $@; $(call save,sh calls.sh $(srctree)/kernel/calls.tbl > $@)
modules: drivers/mod.mod kernel/calls.h
vmlinux: modules vmlinux.a vmlinux.o
FORCE:
.PHONY: FORCE modules vmlinux
endif
