import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { ApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnLoggingConfiguration, CfnWebACL, CfnWebACLAssociation } from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { createLogGroup } from './create-log-group.ts';

interface FirewallProps {
  balancer: ApplicationLoadBalancer;
  /** Of Temporal's UI, where it is behind the same load balancer. */
  temporalUiHost?: string;
  key: IKey;
  logDays: number;
}

/**
 * Groups of rules of AWS, with those of their rules that look at bodies. A firewall in front of a load balancer sees the
 * first 8 KB of a body.
 */
const groups: { name: string; bodyRules: string[] }[] = [
  {
    name: 'AWSManagedRulesCommonRuleSet',
    bodyRules: [
      'EC2MetaDataSSRF_BODY',
      'GenericLFI_BODY',
      'GenericRFI_BODY',
      'CrossSiteScripting_BODY',
    ],
  },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    bodyRules: ['JavaDeserializationRCE_BODY', 'Log4JRCE_BODY'],
  },
  {
    name: 'AWSManagedRulesSQLiRuleSet',
    bodyRules: ['SQLi_BODY', 'SQLiExtendedPatterns_BODY'],
  },
];

/** Paths whose bodies are large, and hold names of merchants, of which some look like an attack. */
const bulkPaths = ['/api/integrations/transactions', '/api/admin/categories/import'];

const isBulk: CfnWebACL.StatementProperty = {
  orStatement: {
    statements: bulkPaths.map((path) => ({
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: 'STARTS_WITH',
        searchString: path,
        textTransformations: [{ priority: 0, type: 'NONE' }],
      },
    })),
  },
};

const visible = (metricName: string): CfnWebACL.VisibilityConfigProperty => ({
  cloudWatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
});

/**
 * A firewall that refuses what is known to be bad, before it reaches the program. What it says of a body counts
 * where bodies are bulk, and refuses nothing: every row would otherwise depend on what AWS thinks of its neighbours.
 */
export class Firewall extends Construct {
  constructor(scope: Construct, id: string, props: FirewallProps) {
    super(scope, id);
    const { balancer, key, logDays } = props;
    const acl = new CfnWebACL(this, 'Acl', {
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      visibilityConfig: visible('tallyflow'),
      rules: [addresses(), ...groups.flatMap((group) => twice(group, props.temporalUiHost))].map(
        (rule, priority) => ({
          ...rule,
          priority,
        }),
      ),
    });
    new CfnWebACLAssociation(this, 'Association', {
      resourceArn: balancer.loadBalancerArn,
      webAclArn: acl.attrArn,
    });
    const stack = Stack.of(this);
    // The name has to begin like this.
    const name = `aws-waf-logs-${stack.stackName}`;
    const log = createLogGroup(this, 'Log', { key, days: logDays, name });
    const logging = new CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: acl.attrArn,
      // The attribute of the group ends with ":*", which is not taken here.
      logDestinationConfigs: [
        stack.formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: name,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: ['authorization', 'cookie', 'x-csrf-token'].map((name) => ({
        // CDK takes this part as it is.
        singleHeader: { Name: name },
      })),
    });
    logging.node.addDependency(log);
  }
}

type Rule = Omit<CfnWebACL.RuleProperty, 'priority'>;

const managed = (name: string): CfnWebACL.ManagedRuleGroupStatementProperty => ({
  vendorName: 'AWS',
  name,
});

/** Of machines that are known to attack. */
function addresses(): Rule {
  const name = 'AWSManagedRulesAmazonIpReputationList';
  return {
    name,
    overrideAction: { none: {} },
    statement: { managedRuleGroupStatement: managed(name) },
    visibilityConfig: visible(name),
  };
}

/** A group for all other paths, and the same for those with bulk, where rules about bodies only count. */
function twice(
  { name, bodyRules }: (typeof groups)[number],
  temporalUiHost: string | undefined,
): Rule[] {
  const isNotBulk = { notStatement: { statement: isBulk } };
  const bulk = `${name}ForBulk`;
  return [
    {
      name,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          ...managed(name),
          // The UI of Temporal, which asks for a sign-in, searches with what looks like SQL.
          scopeDownStatement:
            name === 'AWSManagedRulesSQLiRuleSet' && temporalUiHost !== undefined
              ? { andStatement: { statements: [isNotBulk, isNotFor(temporalUiHost)] } }
              : isNotBulk,
          ruleActionOverrides: alwaysCounted(name),
        },
      },
      visibilityConfig: visible(name),
    },
    {
      name: bulk,
      overrideAction: { none: {} },
      statement: {
        managedRuleGroupStatement: {
          ...managed(name),
          scopeDownStatement: isBulk,
          ruleActionOverrides: [...alwaysCounted(name), ...bodyRules.map(counted)],
        },
      },
      visibilityConfig: visible(bulk),
    },
  ];
}

const isNotFor = (host: string): CfnWebACL.StatementProperty => ({
  notStatement: {
    statement: {
      byteMatchStatement: {
        fieldToMatch: { singleHeader: { Name: 'host' } },
        positionalConstraint: 'EXACTLY',
        searchString: host,
        textTransformations: [{ priority: 0, type: 'LOWERCASE' }],
      },
    },
  },
});

const counted = (name: string): CfnWebACL.RuleActionOverrideProperty => ({
  name,
  actionToUse: { count: {} },
});

/**
 * The contract asks no client for the header, and a body may be as large as the program takes: the console sends the ids
 * of a thousand rows at once.
 */
const alwaysCounted = (group: string): CfnWebACL.RuleActionOverrideProperty[] =>
  group === 'AWSManagedRulesCommonRuleSet'
    ? ['NoUserAgent_HEADER', 'SizeRestrictions_BODY'].map(counted)
    : [];
