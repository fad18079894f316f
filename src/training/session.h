/* session.h - a run from its settings to its end, with its data, evaluations, log, checkpoints,
 * progress and signals
 *
 * Where the run has several ranks (ranks.h), all of them call these functions. Only rank 0 writes
 * files and shows progress. */
#ifndef SESSION_H
#define SESSION_H

#include <stddef.h>

#include "storage/model_file.h"
#include "training/session_loop.h"

/* Make everything that a run needs, and check that its files can be written. `path` is the task's
 * file, or NULL. `resumed` is the checkpoint of --resume and `start` the model of --from, each
 * NULL without that option and not needed afterwards. The session must not be moved. Returns
 * 0, or an exit code after a message; session_close follows in either case. */
int session_open(struct session *session, const struct settings *settings,
                 const struct task_kind *kind, const char *path, const struct model_file *resumed,
                 const struct model_file *start);

/* Write the last checkpoint, and then the model with the weights that --keep chooses; the session
 * has these weights afterwards. Returns 0, or EXIT_FAILED after a message for each file that could
 * not be written. */
int session_save(struct session *session);

/* Judge the model on all of the file of --test. `unknown` is set to the number of its characters
 * that were left out. Returns 0, EXIT_INTERRUPTED without a message if a signal ended it, or
 * EXIT_FAILED after a message. */
int session_test(struct session *session, struct score *score, size_t *unknown);

/* Free everything; also after a failed open, or of a zeroed struct. The log is not closed: its
 * failure is the caller's to report. */
void session_close(struct session *session);

#endif /* SESSION_H */
