import type { Kernel } from './shaders/kernel';
import { STEP_BYTES, type StepNumbers } from './step-numbers';

/** For how many items a command does what it does in a step. */
export type DispatchSize = (step: StepNumbers) => number;

/** A kernel with its buffers, ready to be put into a command buffer. */
export interface Command {
  readonly pipeline: GPUComputePipeline;
  readonly buffers: GPUBindGroup;
  readonly items: DispatchSize;
  /** DispatchSize of a workgroup. */
  readonly perWorkgroup: number;
}

const BUFFER_TYPES: Readonly<Record<Kernel['bindings'][number]['access'], GPUBufferBindingType>> = {
  uniform: 'uniform',
  read: 'read-only-storage',
  write: 'storage',
};

/** Compiled kernels of a device: each text once. */
export class Pipelines {
  private readonly compiled = new Map<string, GPUComputePipeline>();
  private readonly stepLayout: GPUBindGroupLayout;

  constructor(
    private readonly device: GPUDevice,
    /** Workgroups in one dimension of a dispatch at most. */
    private readonly maxWorkgroups: number,
  ) {
    this.stepLayout = device.createBindGroupLayout({
      entries: [
        { binding: 0, visibility: GPUShaderStage.COMPUTE, buffer: { type: 'uniform', hasDynamicOffset: true } },
      ],
    });
  }

  /** @throws TypeError when a buffer that the kernel looks at is not given */
  command(kernel: Kernel, items: DispatchSize, buffers: Readonly<Record<string, GPUBuffer>>): Command {
    const pipeline = this.pipeline(kernel);
    const entries = kernel.bindings.map(({ name }, binding) => {
      const buffer = buffers[name];
      if (!buffer) throw new TypeError(`expected a buffer “${name}” for the kernel “${kernel.name}”, found none`);
      return { binding, resource: { buffer } };
    });
    return {
      pipeline,
      buffers: this.device.createBindGroup({ label: kernel.name, layout: pipeline.getBindGroupLayout(1), entries }),
      items,
      perWorkgroup: kernel.threads / kernel.lanes,
    };
  }

  /** The numbers of steps as kernels see them. */
  stepNumbers(buffer: GPUBuffer): GPUBindGroup {
    return this.device.createBindGroup({
      layout: this.stepLayout,
      entries: [{ binding: 0, resource: { buffer, size: STEP_BYTES } }],
    });
  }

  /** Puts a command into a pass, for a step with these numbers. */
  encode(pass: GPUComputePassEncoder, { pipeline, buffers, items, perWorkgroup }: Command, step: StepNumbers): void {
    const workgroups = Math.ceil(items(step) / perWorkgroup);
    if (workgroups === 0) return;
    pass.setPipeline(pipeline);
    pass.setBindGroup(1, buffers);
    const across = Math.min(workgroups, this.maxWorkgroups);
    pass.dispatchWorkgroups(across, Math.ceil(workgroups / across));
  }

  private pipeline({ name, code, bindings }: Kernel): GPUComputePipeline {
    const known = this.compiled.get(code);
    if (known) return known;
    const { device } = this;
    const layout = device.createBindGroupLayout({
      entries: bindings.map(({ access }, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type: BUFFER_TYPES[access] },
      })),
    });
    const pipeline = device.createComputePipeline({
      label: name,
      layout: device.createPipelineLayout({ bindGroupLayouts: [this.stepLayout, layout] }),
      compute: { module: device.createShaderModule({ label: name, code }), entryPoint: 'main' },
    });
    this.compiled.set(code, pipeline);
    return pipeline;
  }
}
