// Parameters that go together. osls passes over Rules of CloudFormation, so this plugin of it puts them into the template.

const isGiven = (parameter) => ({ 'Fn::Not': [{ 'Fn::Equals': [{ Ref: parameter }, ''] }] });

/** CloudFormation refuses one parameter without the other, before it changes anything. */
const needs = (one, other, AssertDescription) => ({
  RuleCondition: isGiven(one),
  Assertions: [{ Assert: isGiven(other), AssertDescription }],
});

const Rules = {
  SubnetsNeedSecurityGroups: needs(
    'SubnetIds',
    'SecurityGroupIds',
    'subnetIds is given, so securityGroupIds has to be, too',
  ),
  SecurityGroupsNeedSubnets: needs(
    'SecurityGroupIds',
    'SubnetIds',
    'securityGroupIds is given, so subnetIds has to be, too',
  ),
};

export default class {
  constructor({ service }) {
    this.hooks = {
      'after:aws:package:finalize:mergeCustomProviderResources': () => {
        Object.assign(service.provider.compiledCloudFormationTemplate, { Rules });
      },
    };
  }
}
