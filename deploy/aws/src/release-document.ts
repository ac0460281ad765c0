import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { simpleReleaseDocument } from './release-access.ts';

/** The command by which release/release-simple updates the machine, so that nobody has to be allowed any other. */
export class ReleaseDocument extends CfnDocument {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      name: simpleReleaseDocument,
      documentType: 'Command',
      updateMethod: 'NewVersion',
      targetType: '/AWS::EC2::Instance',
      content: {
        schemaVersion: '2.2',
        description: 'Updates Tallyflow on its machine, or goes back to the release before.',
        parameters: {
          arguments: {
            type: 'String',
            description: '"update <image>" or "back"',
            // It becomes part of a command.
            allowedPattern: '^(back|update [\\w.-]+(/[\\w.-]+)+(:[\\w.-]+)?@sha256:[0-9a-f]{64})$',
          },
        },
        mainSteps: [
          {
            action: 'aws:runShellScript',
            name: 'release',
            inputs: {
              timeoutSeconds: '1800',
              runCommand: [
                'export HOME=/root PATH=/usr/local/bin:$PATH',
                '/var/lib/tallyflow/current/deploy/aws/simple/tallyflow {{ arguments }}',
              ],
            },
          },
        ],
      },
    });
  }
}
