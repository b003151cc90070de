import { UnknownWorkflow } from '#components/workflow/unknown-workflow.tsx';

export default UnknownWorkflow;
