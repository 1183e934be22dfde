// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * TRACE_EVENT() of a new tracepoint: the kernel has read the tables that tell of it when it booted
 * or the object was loaded.  Nobody can enable the new one; the copy has its key, which stays off.
 * What only those tables lead to is left out, too.
 */
#include "kernel.h"

struct map { struct static_key *key; int (*call)(int); };
struct event { int id; struct static_key *tp; };

#define TRACE_EVENT(name)                                                              \
	__section("__tracepoints") struct static_key __tracepoint_##name;              \
	asm(".pushsection __tracepoints_ptrs, \"a\"\n"                                 \
	    ".balign 4\n"                                                              \
	    ".long __tracepoint_" #name " - .\n"                                       \
	    ".popsection\n");                                                          \
	static notrace int __bpf_trace_##name(int x)                                   \
	{                                                                              \
		return exported(x) + 1;                                                \
	}                                                                              \
	__section("__bpf_raw_tp_map") static __used struct map map_##name = {          \
		&__tracepoint_##name, __bpf_trace_##name                               \
	};                                                                             \
	static struct event event_##name = { 1, &__tracepoint_##name };                \
	__section("_ftrace_events") static __used struct event *__event_##name = &event_##name;

#ifdef PATCHED
TRACE_EVENT(new)
#endif
TRACE_EVENT(known)

/* -DOTHER: an event that no tracepoint has, as of a system call, is nothing that a warning tells. */
#if defined(PATCHED) && defined(OTHER)
static struct event event_other = { 2, NULL };
__section("_ftrace_events") static __used struct event *__event_other = &event_other;
#endif

int changed(int x)
{
#ifdef PATCHED
	if (static_branch(&__tracepoint_new))
		x++;
#endif
	if (static_branch(&__tracepoint_known))
		return exported(x) + 1;
	return exported(x);
}
