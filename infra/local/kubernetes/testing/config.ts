/** Whether contracts run on kube-apiserver and etcd from `KUBEBUILDER_ASSETS` instead of the embedded server. */
export const real = process.env['TEST_API_SERVER'] === 'real';
