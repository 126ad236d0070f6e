// Kernels that the native engine adds to TensorFlow: each does in one pass what takes several of TensorFlow's own, with the same roundings
// (so this is compiled without contraction to fused multiply-adds, which round once less).
#include <cstdint>
#include <vector>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace {

// From `size` numbers of each input, and settings that hold for all of them, to `size` numbers of each output.
using Loop = void (*)(const float* const* in, const float* settings, int64_t size, float* const* out);

// How many settings each kernel takes.
constexpr int64_t kSettings = 3;

// In: weight, gradient, velocity. Settings: momentum, weight decay, learning rate. Out: weight, velocity. See ops/momentumUpdate.
void MomentumUpdate(const float* const* in, const float* settings, int64_t size, float* const* out) {
  const float *__restrict weight = in[0], *__restrict gradient = in[1], *__restrict velocity = in[2];
  float *__restrict new_weight = out[0], *__restrict new_velocity = out[1];
  const float momentum = settings[0], decay = settings[1], rate = settings[2];
  for (int64_t i = 0; i < size; i++) {
    const float decayed = decay == 0 ? gradient[i] : gradient[i] + weight[i] * decay;
    const float moved = velocity[i] * momentum + decayed;
    new_velocity[i] = moved;
    new_weight[i] = weight[i] - moved * rate;
  }
}

// In: running, batch. Settings: share of the running one, share of the batch, factor of the batch. Out: running. See ops/movingAverage.
void MovingAverage(const float* const* in, const float* settings, int64_t size, float* const* out) {
  const float *__restrict running = in[0], *__restrict batch = in[1];
  float* __restrict moved = out[0];
  const float kept = settings[0], share = settings[1], factor = settings[2];
  for (int64_t i = 0; i < size; i++) moved[i] = running[i] * kept + (batch[i] * factor) * share;
}

// Inputs of as many numbers each, then the settings; then outputs of the shape of the first.
void GetTensors(TF_OpKernelContext* context, int inputs, std::vector<TF_Tensor*>& tensors, TF_Status* status) {
  for (int i = 0; i <= inputs; i++) {
    TF_GetInput(context, i, &tensors[i], status);
    if (TF_GetCode(status) != TF_OK) return;
    const int64_t expected = i == inputs ? kSettings : TF_TensorElementCount(tensors[0]);
    if (TF_TensorElementCount(tensors[i]) != expected)
      return TF_SetStatus(status, TF_INVALID_ARGUMENT, "tensors of different sizes, or a wrong number of settings");
  }
  std::vector<int64_t> shape;
  for (int axis = 0; axis < TF_NumDims(tensors[0]); axis++) shape.push_back(TF_Dim(tensors[0], axis));
  for (size_t i = inputs + 1; i < tensors.size() && TF_GetCode(status) == TF_OK; i++)
    tensors[i] = TF_AllocateOutput(context, i - inputs - 1, TF_FLOAT, shape.data(), shape.size(),
                                   TF_TensorByteSize(tensors[0]), status);
}

// A kernel of TensorFlow from a loop.
template <Loop loop>
void Compute(void*, TF_OpKernelContext* context) {
  const int inputs = TF_NumInputs(context) - 1;
  std::vector<TF_Tensor*> tensors(inputs + 1 + TF_NumOutputs(context));
  TF_Status* status = TF_NewStatus();
  GetTensors(context, inputs, tensors, status);
  if (TF_GetCode(status) == TF_OK) {
    std::vector<float*> data;
    for (TF_Tensor* tensor : tensors) data.push_back(static_cast<float*>(TF_TensorData(tensor)));
    loop(data.data(), data[inputs], TF_TensorElementCount(tensors[0]), data.data() + inputs + 1);
  } else {
    TF_OpKernelContext_Failure(context, status);
  }
  for (TF_Tensor* tensor : tensors)
    if (tensor != nullptr) TF_DeleteTensor(tensor);
  TF_DeleteStatus(status);
}

void Register(const char* name, const std::vector<const char*>& inputs, const std::vector<const char*>& outputs,
              void (*compute)(void*, TF_OpKernelContext*)) {
  TF_Status* status = TF_NewStatus();
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(name);
  for (const char* input : inputs) TF_OpDefinitionBuilderAddInput(definition, input);
  for (const char* output : outputs) TF_OpDefinitionBuilderAddOutput(definition, output);
  TF_RegisterOpDefinition(definition, status);
  TF_RegisterKernelBuilder(name, TF_NewKernelBuilder(name, "CPU", nullptr, compute, nullptr), status);
  TF_DeleteStatus(status);
}

// When the addon is loaded.
const bool registered = [] {
  Register("GestaltMomentumUpdate", {"weight: float", "gradient: float", "velocity: float", "settings: float"},
           {"new_weight: float", "new_velocity: float"}, Compute<MomentumUpdate>);
  Register("GestaltMovingAverage", {"running: float", "batch: float", "settings: float"}, {"moved: float"},
           Compute<MovingAverage>);
  return true;
}();

}  // namespace
