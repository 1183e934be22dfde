// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A kernel's configuration (include/config/auto.conf, .config): is what was prepared from it the
 * same? olddefconfig drops what this machine's tools cannot do, without a word: without pahole
 * for one, CONFIG_DEBUG_INFO_BTF is gone, and struct module has other members than the kernel's.
 */
#include <errno.h>
#include <string.h>

#include <klp/arena.h>
#include <klp/diag.h>
#include <klp/kbuild.h>
#include <klp/text.h>

/* One file's options, in its order. */
struct config {
	const char **names, **values;
	size_t nr, cap, cap_values;
	struct map by_name;
};

/*
 * What may differ: who compiled it, what it signs with, and what the tools can do. None of them
 * changes code, or the layout of data. (What the kernel does with what a tool can do is an
 * option of its own.)
 */
static const char *const harmless[] = {
	"CONFIG_AS_VERSION",
	"CONFIG_BUILD_SALT",
	"CONFIG_CC_VERSION_TEXT",
	"CONFIG_GCC_VERSION",
	"CONFIG_CLANG_VERSION",
	"CONFIG_LD_VERSION",
	"CONFIG_LLD_VERSION",
	"CONFIG_MODULE_SIG_ALL",
	"CONFIG_MODULE_SIG_KEY",
	"CONFIG_PAHOLE_VERSION",
	"CONFIG_RUSTC_VERSION",
	"CONFIG_RUSTC_VERSION_TEXT",
	"CONFIG_RUSTC_LLVM_VERSION",
	"CONFIG_BINDGEN_VERSION_TEXT",
	"CONFIG_SYSTEM_TRUSTED_KEYS",
	"CONFIG_SYSTEM_REVOCATION_KEYS",
	NULL,
};

/* Options that tell only what a tool of this machine can do begin so. */
static const char *const tools[] = {
	"CONFIG_CC_HAS_",     "CONFIG_CC_CAN_",	   "CONFIG_AS_HAS_",
	"CONFIG_LD_HAS_",     "CONFIG_LD_CAN_",	   "CONFIG_TOOLS_SUPPORT_",
	"CONFIG_PAHOLE_HAS_", "CONFIG_RUSTC_HAS_", NULL,
};

/* Options of the configuration that go away where a tool is missing, and the tool. */
static const struct {
	const char *option, *tool;
} needs[] = {
	{ "CONFIG_DEBUG_INFO_BTF", "pahole (package pahole, or dwarves)" },
	{ "CONFIG_DEBUG_INFO_BTF_MODULES", "pahole (package pahole, or dwarves)" },
	{ "CONFIG_GCC_PLUGINS", "the plugin headers of the compiler (gcc-N-plugin-dev)" },
	{ "CONFIG_RUST", "rustc and bindgen of the versions that the kernel needs" },
};

static void add_option(struct config *c, struct arena *arena, const char *name, const char *value)
{
	if (c->nr == c->cap)
		c->names = arena_grow(arena, c->names, c->nr, &c->cap, sizeof(*c->names));
	if (c->nr == c->cap_values)
		c->values = arena_grow(arena, c->values, c->nr, &c->cap_values, sizeof(*c->values));
	c->names[c->nr] = name;
	c->values[c->nr] = value;
	map_add_str(&c->by_name, name, (uint32_t)c->nr++);
}

static int read_config(struct config *c, const char *path, struct arena *arena, struct diag *diag)
{
	struct text text;
	char *line;
	int err = text_open(&text, path, arena, diag);

	if (err)
		return err;
	*c = (struct config){ .nr = 0 };
	map_init(&c->by_name, arena);
	while ((line = text_line(&text)) != NULL) {
		char *is = strchr(line, '=');

		if (!starts_with(line, "CONFIG_") || !is)
			continue;
		*is = 0;
		add_option(c, arena, line, is + 1);
	}
	return 0;
}

static const char *value_of(const struct config *c, const char *name)
{
	const struct map_entry *e = map_find_str(&c->by_name, name);

	return e ? c->values[e->value] : NULL;
}

static bool is_harmless(const char *name)
{
	for (const char *const *h = harmless; *h; h++)
		if (!strcmp(*h, name))
			return true;
	for (const char *const *t = tools; *t; t++)
		if (starts_with(name, *t))
			return true;
	return false;
}

static void differs(const char *name, const char *ours, const char *theirs, struct diag *diag)
{
	struct diag_where where = { .symbol = name };

	for (size_t i = 0; i < sizeof(needs) / sizeof(*needs); i++) {
		if (ours || strcmp(needs[i].option, name))
			continue;
		diag_error(diag, &where, "config-tool",
			   "the kernel has it (%s), but it cannot be prepared with it here: "
			   "install %s",
			   theirs, needs[i].tool);
		return;
	}
	diag_error(diag, &where, "config-differs",
		   "%s in the kernel, but %s when its source is prepared here: is it the source "
		   "of that kernel, and the compiler that it was made with?",
		   theirs ?: "not set", ours ?: "not set");
}

static void compare(const struct config *ours, const struct config *theirs, struct diag *diag)
{
	for (size_t i = 0; i < theirs->nr; i++) {
		const char *value = value_of(ours, theirs->names[i]);

		if ((!value || strcmp(value, theirs->values[i])) && !is_harmless(theirs->names[i]))
			differs(theirs->names[i], value, theirs->values[i], diag);
	}
	for (size_t i = 0; i < ours->nr; i++)
		if (!value_of(theirs, ours->names[i]) && !is_harmless(ours->names[i]))
			differs(ours->names[i], ours->values[i], NULL, diag);
}

int kbuild_config_compare(const char *ours, const char *theirs, struct arena *arena,
			  struct diag *diag)
{
	struct config a, b;
	int err = read_config(&a, ours, arena, diag) ?: read_config(&b, theirs, arena, diag);
	size_t errors = diag->nr_errors;

	if (err)
		return err;
	compare(&a, &b, diag);
	return diag->nr_errors > errors ? -EINVAL : 0;
}

const char *kbuild_config_value(const char *path, const char *name, struct arena *arena,
				struct diag *diag)
{
	struct config c;
	const char *value;
	size_t len;

	if (read_config(&c, path, arena, diag))
		return NULL;
	value = value_of(&c, name);
	len = value ? strlen(value) : 0;
	if (len >= 2 && *value == '"' && value[len - 1] == '"')
		return arena_strndup(arena, value + 1, len - 2);
	return value;
}
