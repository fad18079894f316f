"""srnn_sys.py - the constants and declarations of srnn.h that srnn.py uses

The tests compare them with srnn.h.
"""
import ctypes
from ctypes import POINTER, c_double, c_float, c_int32, c_size_t, c_uint32, c_uint64, c_void_p

# Kinds and flags of srnn.h without SRNN_, which the library cannot list. Options it can: OPTIONS.
HIDDEN_TANH, HIDDEN_SIGMOID, HIDDEN_RELU, HIDDEN_LINEAR = 11, 12, 13, 14
OUTPUT_LINEAR, OUTPUT_SIGMOID, OUTPUT_SOFTMAX = 21, 22, 23
START_BASIC_SIGMOID, START_BASIC_TANH, START_SMART_TANH = 31, 32, 33
START_ORTHOGONAL, START_IDENTITY, START_GLOROT = 34, 35, 36
INSTRUCTIONS_BASELINE, INSTRUCTIONS_AVX2, INSTRUCTIONS_AVX512 = 41, 42, 43
INSTRUCTIONS_AVX512_DUAL = 44
MODEL_NO_RECURRENT_BIAS, MODEL_NO_OUTPUT_BIAS = 256, 512
MODEL_LEARNED_STATE, MODEL_EXTERNAL = 1024, 2048
WORKSPACE_LAST_OUTPUT, WORKSPACE_FRUGAL, WORKSPACE_FORWARD_ONLY = 4096, 65536, 1048576
OMEGA_PAPER, OMEGA_SCRIPT = 61, 62
CLIP_NORM, CLIP_VALUE, CLIP_TENSOR, CLIP_SMOOTH, CLIP_UNIT = 71, 72, 73, 74, 75
CLIP_POLICY_REFUSE, CLIP_POLICY_SKIP, CLIP_POLICY_REPAIR = 91, 92, 93
CLIP_RULE_FIXED, CLIP_RULE_QUANTILE, CLIP_RULE_MEAN = 191, 192, 193
CLIP_RULE_POLYAK, CLIP_RULE_TRUST, CLIP_RULE_AUTO = 194, 195, 196
OPTIMIZER_SGD, OPTIMIZER_MOMENTUM, OPTIMIZER_NESTEROV = 81, 82, 83
OPTIMIZER_RMSPROP, OPTIMIZER_ADAM = 84, 85
OPTION_READ_ONLY, OPTION_WHOLE = 131072, 262144
PART_MODEL, PART_OPTIMIZER, PART_CLIPPER, PART_REGULARIZER = 111, 112, 113, 114
PART_RANDOM, PART_WORKSPACE, PART_BYTES, PART_TEXT = 115, 116, 117, 118
STORED_KIND, STORED_BYTES, STORED_INPUTS, STORED_HIDDEN, STORED_OUTPUTS = 500, 501, 502, 503, 504
STORED_ACTIVATION, STORED_OUTPUT_KIND, STORED_FLAGS = 505, 506, 507
STORED_COUNT, STORED_ALGORITHM, STORED_SEQUENCES = 508, 509, 510
PART_NAME_BYTES = 32
E_ARGUMENT, E_RANGE, E_SHAPE, E_PARALLEL = -1, -2, -3, -18

TaskFunction = ctypes.CFUNCTYPE(None, c_void_p, c_uint32)
ParallelFunction = ctypes.CFUNCTYPE(c_int32, c_void_p, TaskFunction, c_void_p, c_uint32)

# Result and arguments of the functions that are used here. Handles and the allocator, which is
# always the C library's, are void pointers.
_new = c_int32, c_void_p, c_void_p
_id, _float, _handle = POINTER(c_uint32), POINTER(c_float), POINTER(c_void_p)
_uint64, _double, _text = POINTER(c_uint64), POINTER(c_double), POINTER(ctypes.c_char_p)
_size = POINTER(c_size_t)
FUNCTIONS = {
    "status_name": (ctypes.c_char_p, c_int32),
    "status_text": (ctypes.c_char_p, c_int32),
    "option_key": (c_uint32, c_uint32),
    "option_info": (c_int32, c_uint32, _text, _text, _double, _double, _double, _id),
    "random_create": (*_new, c_uint64, c_uint64, _handle),
    "random_destroy": (None, c_void_p),
    "random_below": (c_uint32, c_void_p, c_uint32),
    "model_create": (*_new, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32, c_uint32, _handle),
    "model_destroy": (None, c_void_p),
    "model_set": (c_int32, c_void_p, c_uint32, c_double),
    "model_get": (c_int32, c_void_p, c_uint32, _double),
    "model_inputs": (c_uint32, c_void_p),
    "model_hidden": (c_uint32, c_void_p),
    "model_outputs": (c_uint32, c_void_p),
    "model_parameter_count": (c_size_t, c_void_p),
    "model_bind": (c_int32, c_void_p, _float, c_size_t),
    "model_copy": (c_int32, c_void_p, c_void_p),
    "model_initialize": (c_int32, c_void_p, c_uint32, c_void_p),
    "model_save": (c_int32, c_void_p, c_void_p, c_size_t, _size),
    "model_load_create": (*_new, c_void_p, c_size_t, c_uint32, _handle),
    "initial_state": (c_int32, c_void_p, _float, c_size_t),
    "step": (c_int32, c_void_p, _float, _float, _float, _float),
    "step_id": (c_int32, c_void_p, c_uint32, _float, _float, _float),
    "batch_create": (*_new, _handle),
    "batch_destroy": (None, c_void_p),
    "batch_begin": (c_int32, c_void_p, c_uint32, c_uint32),
    "batch_steps": (c_uint32, c_void_p),
    "batch_sequences": (c_uint32, c_void_p),
    "batch_input_ids": (c_int32, c_void_p, _id, c_size_t, c_size_t),
    "batch_target_ids": (c_int32, c_void_p, _id, c_size_t, c_size_t),
    "workspace_create": (*_new, c_void_p, c_uint32, c_uint32, c_uint32, _handle),
    "workspace_destroy": (None, c_void_p),
    "workspace_set": (c_int32, c_void_p, c_uint32, c_double),
    "workspace_get": (c_int32, c_void_p, c_uint32, _double),
    "workspace_parallel": (c_int32, c_void_p, ParallelFunction, c_void_p, c_uint32),
    "workspace_get_state": (c_int32, c_void_p, _float, c_size_t, c_uint32),
    "forward": (c_int32, c_void_p, c_void_p, c_void_p),
    "loss": (c_int32, c_void_p, c_void_p, c_void_p, c_double, _double, _double),
    "count_errors": (c_int32, c_void_p, c_void_p, c_void_p, c_double, *4 * (_uint64,)),
    "backward": (c_int32, c_void_p, c_void_p, c_void_p, _float, c_size_t),
    "regularizer_create": (*_new, c_void_p, c_uint32, _handle),
    "regularizer_destroy": (None, c_void_p),
    "regularizer_set": (c_int32, c_void_p, c_uint32, c_double),
    "regularizer_get": (c_int32, c_void_p, c_uint32, _double),
    "regularizer_apply": (c_int32, c_void_p, c_void_p, _float, c_size_t, _double),
    "clipper_create": (*_new, c_uint32, _handle),
    "clipper_destroy": (None, c_void_p),
    "clipper_set": (c_int32, c_void_p, c_uint32, c_double),
    "clipper_get": (c_int32, c_void_p, c_uint32, _double),
    "clipper_tell": (c_int32, c_void_p, c_double, c_double, c_uint32),
    "clipper_apply": (c_int32, c_void_p, c_void_p, _float, c_size_t, _double),
    "optimizer_create": (*_new, c_uint32, c_size_t, _handle),
    "optimizer_destroy": (None, c_void_p),
    "optimizer_set": (c_int32, c_void_p, c_uint32, c_double),
    "optimizer_get": (c_int32, c_void_p, c_uint32, _double),
    "optimizer_step": (c_int32, c_void_p, _float, _float, c_size_t),
    "checkpoint_create": (*_new, c_uint32, _handle),
    "checkpoint_destroy": (None, c_void_p),
    "checkpoint_add": (c_int32, c_void_p, ctypes.c_char_p, c_void_p),
    "checkpoint_add_bytes": (c_int32, c_void_p, ctypes.c_char_p, c_void_p, c_size_t),
    "checkpoint_add_text": (c_int32, c_void_p, ctypes.c_char_p, ctypes.c_char_p),
    "checkpoint_save": (c_int32, c_void_p, c_void_p, c_size_t, _size),
    "checkpoint_open": (c_int32, c_void_p, c_void_p, c_size_t),
    "checkpoint_restore": (c_int32, c_void_p),
    "checkpoint_part": (c_int32, c_void_p, c_uint32, _id, ctypes.c_char_p),
    "checkpoint_get": (c_int32, c_void_p, ctypes.c_char_p, c_uint32, _double),
    "checkpoint_bytes": (c_int32, c_void_p, ctypes.c_char_p, _handle, _size),
    "checkpoint_text": (c_int32, c_void_p, ctypes.c_char_p, ctypes.c_char_p, c_size_t, _size),
}
