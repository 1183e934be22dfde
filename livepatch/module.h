/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A linked livepatch module (.ko) that is brought into the form that the kernel
 * loads: what livepatch/post-link.c and livepatch/convert.c share.
 */
#ifndef KLP_MODULE_H
#define KLP_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include <klp/hash.h>

struct arch;
struct arena;
struct diag;
struct elf;
struct elf_sec;

struct klp_module {
	struct elf *elf;
	const struct arch *arch;
	struct arena *arena;
	struct diag *diag;
	uint32_t nr_secs;   /* of the input */
	struct map objects; /* name → a number for it */
	uint32_t nr_objects;
	struct map relas; /* object's number << 32 | section → its .klp.rela section */
};

/* Read the module at path, with the livepatch relocations that it has.  0, or an error in diag. */
int klp_module_open(struct klp_module *m, const char *path, struct arena *arena,
		    struct diag *diag);

/* .klp.rela.<object>.<section> for relocations of sec, made if it is missing. */
struct elf_sec *klp_module_rela(struct klp_module *m, const char *object, struct elf_sec *sec);

/* Signing comes after: a signature would be lost without a word.  -EINVAL with an error if so. */
int klp_module_refuse_signed(const struct klp_module *m, const char *command);

/* A warning if .modinfo does not say livepatch. */
void klp_module_warn_unmarked(const struct klp_module *m);

/*
 * livepatch/post-link.c: bring what klp diff wrote into the kernel's form, in memory.  0, or a
 * negative code with an error in m->diag, whose code is an identifier of klp check's findings.
 */
int klp_post_link_model(struct klp_module *m);

#endif
