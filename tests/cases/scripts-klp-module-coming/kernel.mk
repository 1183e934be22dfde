# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a kernel's Makefile does with the module's template, as far as init.c.
srctree := $(CURDIR)
src := $(M)
obj := $(M)
include $(M)/Kbuild

modules:
	@gcc -std=gnu11 -Wall -Werror -fsyntax-only -nostdinc -I$(srctree)/include -DKBUILD_MODNAME='"x"' \
		$(ccflags-y) $(M)/init.c && echo 'init.c compiles with $(strip $(ccflags-y))'; false
