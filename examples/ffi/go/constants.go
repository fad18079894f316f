package srnn

// #include <srnn.h>
import "C"

// Kinds and flags of srnn.h. Its options are in Options.
const (
	HiddenTanh    = C.SRNN_HIDDEN_TANH
	HiddenSigmoid = C.SRNN_HIDDEN_SIGMOID
	HiddenReLU    = C.SRNN_HIDDEN_RELU
	HiddenLinear  = C.SRNN_HIDDEN_LINEAR

	OutputLinear  = C.SRNN_OUTPUT_LINEAR
	OutputSigmoid = C.SRNN_OUTPUT_SIGMOID
	OutputSoftmax = C.SRNN_OUTPUT_SOFTMAX

	ModelNoRecurrentBias = C.SRNN_MODEL_NO_RECURRENT_BIAS
	ModelNoOutputBias    = C.SRNN_MODEL_NO_OUTPUT_BIAS
	ModelLearnedState    = C.SRNN_MODEL_LEARNED_STATE
	ModelExternal        = C.SRNN_MODEL_EXTERNAL

	StartBasicSigmoid = C.SRNN_START_BASIC_SIGMOID
	StartBasicTanh    = C.SRNN_START_BASIC_TANH
	StartSmartTanh    = C.SRNN_START_SMART_TANH
	StartOrthogonal   = C.SRNN_START_ORTHOGONAL
	StartIdentity     = C.SRNN_START_IDENTITY
	StartGlorot       = C.SRNN_START_GLOROT

	InstructionsBaseline   = C.SRNN_INSTRUCTIONS_BASELINE
	InstructionsAVX2       = C.SRNN_INSTRUCTIONS_AVX2
	InstructionsAVX512     = C.SRNN_INSTRUCTIONS_AVX512
	InstructionsAVX512Dual = C.SRNN_INSTRUCTIONS_AVX512_DUAL

	WorkspaceLastOutput  = C.SRNN_WORKSPACE_LAST_OUTPUT
	WorkspaceFrugal      = C.SRNN_WORKSPACE_FRUGAL
	WorkspaceForwardOnly = C.SRNN_WORKSPACE_FORWARD_ONLY

	OmegaPaper  = C.SRNN_OMEGA_PAPER
	OmegaScript = C.SRNN_OMEGA_SCRIPT

	ClipNorm   = C.SRNN_CLIP_NORM
	ClipValue  = C.SRNN_CLIP_VALUE
	ClipTensor = C.SRNN_CLIP_TENSOR
	ClipSmooth = C.SRNN_CLIP_SMOOTH
	ClipUnit   = C.SRNN_CLIP_UNIT

	ClipPolicyRefuse = C.SRNN_CLIP_POLICY_REFUSE
	ClipPolicySkip   = C.SRNN_CLIP_POLICY_SKIP
	ClipPolicyRepair = C.SRNN_CLIP_POLICY_REPAIR

	ClipRuleFixed    = C.SRNN_CLIP_RULE_FIXED
	ClipRuleQuantile = C.SRNN_CLIP_RULE_QUANTILE
	ClipRuleMean     = C.SRNN_CLIP_RULE_MEAN
	ClipRulePolyak   = C.SRNN_CLIP_RULE_POLYAK
	ClipRuleTrust    = C.SRNN_CLIP_RULE_TRUST
	ClipRuleAuto     = C.SRNN_CLIP_RULE_AUTO

	OptimizerSGD      = C.SRNN_OPTIMIZER_SGD
	OptimizerMomentum = C.SRNN_OPTIMIZER_MOMENTUM
	OptimizerNesterov = C.SRNN_OPTIMIZER_NESTEROV
	OptimizerRMSProp  = C.SRNN_OPTIMIZER_RMSPROP
	OptimizerAdam     = C.SRNN_OPTIMIZER_ADAM

	OptionReadOnly = C.SRNN_OPTION_READ_ONLY
	OptionWhole    = C.SRNN_OPTION_WHOLE

	PartModel       = C.SRNN_PART_MODEL
	PartOptimizer   = C.SRNN_PART_OPTIMIZER
	PartClipper     = C.SRNN_PART_CLIPPER
	PartRegularizer = C.SRNN_PART_REGULARIZER
	PartRandom      = C.SRNN_PART_RANDOM
	PartWorkspace   = C.SRNN_PART_WORKSPACE
	PartBytes       = C.SRNN_PART_BYTES
	PartText        = C.SRNN_PART_TEXT

	StoredKind       = C.SRNN_STORED_KIND
	StoredBytes      = C.SRNN_STORED_BYTES
	StoredInputs     = C.SRNN_STORED_INPUTS
	StoredHidden     = C.SRNN_STORED_HIDDEN
	StoredOutputs    = C.SRNN_STORED_OUTPUTS
	StoredActivation = C.SRNN_STORED_ACTIVATION
	StoredOutputKind = C.SRNN_STORED_OUTPUT_KIND
	StoredFlags      = C.SRNN_STORED_FLAGS
	StoredCount      = C.SRNN_STORED_COUNT
	StoredAlgorithm  = C.SRNN_STORED_ALGORITHM
	StoredSequences  = C.SRNN_STORED_SEQUENCES
)
